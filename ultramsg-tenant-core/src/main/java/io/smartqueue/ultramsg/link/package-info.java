/**
 * Links and QR codes that bring customers to an organization's WhatsApp, and its phone to its instance; start at {@link
 * io.smartqueue.ultramsg.link.Links}.
 */
@NullMarked
package io.smartqueue.ultramsg.link;

import org.jspecify.annotations.NullMarked;
