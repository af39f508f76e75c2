/**
 * Organizations (tenants) and how each reaches its own UltraMsg instance; start at {@link
 * io.smartqueue.ultramsg.organization.UltraMessageConfig}.
 */
@NullMarked
package io.smartqueue.ultramsg.organization;

import org.jspecify.annotations.NullMarked;
