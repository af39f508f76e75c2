/** Who has written lately, and may be answered; start at {@link io.smartqueue.ultramsg.conversation.Conversations}. */
@NullMarked
package io.smartqueue.ultramsg.conversation;

import org.jspecify.annotations.NullMarked;
