/**
 * How organizations' instances are, as the watch over them found; start at {@link
 * io.smartqueue.ultramsg.health.InstanceHealth}.
 */
@NullMarked
package io.smartqueue.ultramsg.health;

import org.jspecify.annotations.NullMarked;
