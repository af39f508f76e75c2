/** Smart Queue, a ticket queue for many organizations: start with {@link io.smartqueue.app.SmartQueue}. */
@NullMarked
package io.smartqueue.app;

import org.jspecify.annotations.NullMarked;
