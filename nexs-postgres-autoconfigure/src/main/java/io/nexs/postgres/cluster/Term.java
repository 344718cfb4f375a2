package io.nexs.postgres.cluster;

/**
 * The reign of one primary: PostgreSQL gives every promotion a new timeline.
 *
 * @param systemIdentifier the cluster's system identifier; empty when it cannot be read
 * @param timeline the primary's timeline, from 1
 */
public record Term(String systemIdentifier, int timeline) {

	/**
	 * Tell whether a later term has begun, so that what was begun in this one may be
	 * lost.
	 * @param other the term known now
	 * @return {@code true} when the other term is of the same system and a later timeline
	 */
	public boolean isSupersededBy(Term other) {
		return this.timeline < other.timeline && this.systemIdentifier.equals(other.systemIdentifier);
	}

}
