package io.smartqueue.ultramsg.organization;

import java.time.Instant;
import java.util.Objects;

/**
 * When an organization's connection was last tested on save, and what came out.
 *
 * @param at when the test ended
 * @param finding the name of what was found, such as {@code connected}
 */
public record LastTest(Instant at, String finding) {
    public LastTest {
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(finding, "finding");
    }
}
