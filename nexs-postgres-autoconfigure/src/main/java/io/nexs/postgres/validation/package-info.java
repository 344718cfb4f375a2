/**
 * A hook that warns of statements or refuses them by what they say.
 */
@NullMarked
package io.nexs.postgres.validation;

import org.jspecify.annotations.NullMarked;
