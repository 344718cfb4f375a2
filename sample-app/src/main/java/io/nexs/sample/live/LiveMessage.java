package io.nexs.sample.live;

import org.jspecify.annotations.Nullable;

/**
 * One message to a page.
 *
 * @param name what it is
 * @param id by which the page says where it was when it comes back
 * @param json the content
 */
record LiveMessage(String name, @Nullable String id, String json) {

}
