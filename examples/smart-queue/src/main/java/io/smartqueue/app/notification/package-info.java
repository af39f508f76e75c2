/** Routes for programs: ticket events, direct messages, batches, and what UltraMsg posts. */
@NullMarked
package io.smartqueue.app.notification;

import org.jspecify.annotations.NullMarked;
