/** Telling listeners; not API. */
@NullMarked
package io.smartqueue.ultramsg.internal.event;

import org.jspecify.annotations.NullMarked;
