/**
 * A stub of UltraMsg's HTTP API for tests; start with {@link io.smartqueue.ultramsg.testkit.UltraMsgExtension} in a
 * JUnit test and with {@link io.smartqueue.ultramsg.testkit.UltraMsgServer} anywhere else.
 */
@NullMarked
package io.smartqueue.ultramsg.testkit;

import org.jspecify.annotations.NullMarked;
