/**
 * Changing organizations' configuration at run time; start at {@link io.smartqueue.ultramsg.admin.Administration}.
 */
@NullMarked
package io.smartqueue.ultramsg.admin;

import org.jspecify.annotations.NullMarked;
