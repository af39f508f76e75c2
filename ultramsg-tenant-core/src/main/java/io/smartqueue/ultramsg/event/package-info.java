/**
 * What happens to messages and instances, told to whoever wants to count it or to raise an alarm; start at {@link
 * io.smartqueue.ultramsg.event.UltraMessageListener}.
 */
@NullMarked
package io.smartqueue.ultramsg.event;

import org.jspecify.annotations.NullMarked;
