/** What comes back from UltraMsg; start at {@link io.smartqueue.ultramsg.webhook.Webhooks}. */
@NullMarked
package io.smartqueue.ultramsg.webhook;

import org.jspecify.annotations.NullMarked;
