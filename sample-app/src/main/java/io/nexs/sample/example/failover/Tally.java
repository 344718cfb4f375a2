package io.nexs.sample.example.failover;

/**
 * What became of the bookings.
 *
 * @param acknowledged calls that returned
 * @param found how many of those are in the table
 * @param twice rows that are there once too often
 * @param failed calls that threw
 * @param longestMillis time of the longest call, in milliseconds
 */
record Tally(int acknowledged, int found, int twice, int failed, long longestMillis) {

}
