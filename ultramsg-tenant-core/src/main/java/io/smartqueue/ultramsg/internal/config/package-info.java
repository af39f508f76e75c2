/** Keeps organizations' configuration at hand; not API. */
@NullMarked
package io.smartqueue.ultramsg.internal.config;

import org.jspecify.annotations.NullMarked;
