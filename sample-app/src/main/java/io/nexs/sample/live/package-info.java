/**
 * The page that shows the cluster as it is now, and what feeds it.
 */
@NullMarked
package io.nexs.sample.live;

import org.jspecify.annotations.NullMarked;
