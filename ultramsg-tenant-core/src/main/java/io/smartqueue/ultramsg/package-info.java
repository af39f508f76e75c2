/**
 * WhatsApp messages for many organizations, each through its own UltraMsg instance; start at {@link
 * io.smartqueue.ultramsg.UltraMessageInstanceManager}.
 */
@NullMarked
package io.smartqueue.ultramsg;

import org.jspecify.annotations.NullMarked;
