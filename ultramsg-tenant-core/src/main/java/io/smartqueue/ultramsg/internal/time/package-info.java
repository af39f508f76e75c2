/** Deadlines and pauses; not API. */
@NullMarked
package io.smartqueue.ultramsg.internal.time;

import org.jspecify.annotations.NullMarked;
