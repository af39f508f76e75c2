/** The way of one message; not API. */
@NullMarked
package io.smartqueue.ultramsg.internal.delivery;

import org.jspecify.annotations.NullMarked;
