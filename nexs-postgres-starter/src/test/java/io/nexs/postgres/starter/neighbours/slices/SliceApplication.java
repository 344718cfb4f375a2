package io.nexs.postgres.starter.neighbours.slices;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * What the slices of this package are cut from.
 */
@SpringBootApplication
class SliceApplication {

}
