/** What a lane of the outbox does when it is its turn; not API. */
@NullMarked
package io.smartqueue.ultramsg.internal.outbox;

import org.jspecify.annotations.NullMarked;
