package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.message.SendResult;

/**
 * What came of handing a message over.
 *
 * @param result the outcome
 * @param attempts how many requests were made to send it, those that a gate turned away included
 */
public record HandedOver(SendResult result, int attempts) {}
