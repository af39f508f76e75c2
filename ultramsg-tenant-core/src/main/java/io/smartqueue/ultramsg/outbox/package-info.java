/**
 * Messages that wait in the store until their organization's lane sends them, alone or in batches; start at {@link
 * io.smartqueue.ultramsg.outbox.Outbox}.
 */
@NullMarked
package io.smartqueue.ultramsg.outbox;

import org.jspecify.annotations.NullMarked;
