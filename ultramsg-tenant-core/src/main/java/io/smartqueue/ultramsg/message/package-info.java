/**
 * Messages, their recipients, and what became of them; start at {@link
 * io.smartqueue.ultramsg.message.OutboundMessage} and {@link io.smartqueue.ultramsg.message.SendResult}.
 */
@NullMarked
package io.smartqueue.ultramsg.message;

import org.jspecify.annotations.NullMarked;
