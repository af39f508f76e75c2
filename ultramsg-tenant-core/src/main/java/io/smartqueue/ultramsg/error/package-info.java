/**
 * What the library throws when the caller can do nothing about it here and now; start at {@link
 * io.smartqueue.ultramsg.error.UltraMessageException}. What callers branch on is returned as a value instead, see {@code
 * SendResult}.
 */
@NullMarked
package io.smartqueue.ultramsg.error;

import org.jspecify.annotations.NullMarked;
