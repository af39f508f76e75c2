/**
 * What organizations have sent and received, by day, and what of it speaks of trouble to come; start at {@link
 * io.smartqueue.ultramsg.usage.Usage}.
 */
@NullMarked
package io.smartqueue.ultramsg.usage;

import org.jspecify.annotations.NullMarked;
