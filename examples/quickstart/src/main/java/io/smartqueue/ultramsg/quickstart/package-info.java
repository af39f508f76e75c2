/** The first message, end to end. */
@NullMarked
package io.smartqueue.ultramsg.quickstart;

import org.jspecify.annotations.NullMarked;
