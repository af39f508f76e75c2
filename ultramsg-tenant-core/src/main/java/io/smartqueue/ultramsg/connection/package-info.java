/**
 * Does an organization's connection work, and if not, what is to be done; start at {@link
 * io.smartqueue.ultramsg.connection.UltraMessageTestResult}.
 */
@NullMarked
package io.smartqueue.ultramsg.connection;

import org.jspecify.annotations.NullMarked;
