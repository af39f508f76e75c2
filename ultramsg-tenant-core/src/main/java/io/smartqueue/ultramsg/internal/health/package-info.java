/** The watch over instances; not API. */
@NullMarked
package io.smartqueue.ultramsg.internal.health;

import org.jspecify.annotations.NullMarked;
