/**
 * Daily limits: a message is reserved before it is sent and given back when it is known not to have been; start at {@link
 * io.smartqueue.ultramsg.quota.QuotaStore}.
 */
@NullMarked
package io.smartqueue.ultramsg.quota;

import org.jspecify.annotations.NullMarked;
