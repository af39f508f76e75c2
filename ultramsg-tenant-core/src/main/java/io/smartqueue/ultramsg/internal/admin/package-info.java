/** How configuration is changed; not API. */
@NullMarked
package io.smartqueue.ultramsg.internal.admin;

import org.jspecify.annotations.NullMarked;
