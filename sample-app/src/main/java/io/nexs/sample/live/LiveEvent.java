package io.nexs.sample.live;

import java.time.Instant;

/**
 * Something that happened, in words.
 *
 * @param id its place among all events since the start, from 1
 * @param at when it was told
 * @param kind name of the event's type
 * @param text one line for people, without secrets
 */
record LiveEvent(long id, Instant at, String kind, String text) {

}
