/**
 * Instances that stand by for when an organization's own does not take messages; start at {@link
 * io.smartqueue.ultramsg.failover.StandbyInstance}.
 */
@NullMarked
package io.smartqueue.ultramsg.failover;

import org.jspecify.annotations.NullMarked;
