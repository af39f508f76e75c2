package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.api.UltraMsgClient;

/**
 * The way to one instance.
 *
 * @param gate what every message passes
 * @param client what is behind it
 */
record Doorway(Gate gate, UltraMsgClient client) {}
