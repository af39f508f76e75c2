/**
 * Who may do what: members of an organization by their role in it; start at {@link io.smartqueue.ultramsg.access.Memberships}.
 */
@NullMarked
package io.smartqueue.ultramsg.access;

import org.jspecify.annotations.NullMarked;
