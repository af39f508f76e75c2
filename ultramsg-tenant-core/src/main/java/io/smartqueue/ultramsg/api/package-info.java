/**
 * UltraMsg's HTTP API for one instance, usable without organizations; start at {@link
 * io.smartqueue.ultramsg.api.UltraMsgClient}.
 */
@NullMarked
package io.smartqueue.ultramsg.api;

import org.jspecify.annotations.NullMarked;
