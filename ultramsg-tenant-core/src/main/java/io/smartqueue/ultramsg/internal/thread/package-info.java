/** Threads of the library's own; not API. */
@NullMarked
package io.smartqueue.ultramsg.internal.thread;

import org.jspecify.annotations.NullMarked;
