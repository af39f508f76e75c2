/**
 * Attacks on row-level security, on plain JDBC, against any schema of PostgreSQL whose tenants share tables; start with
 * {@link io.smartqueue.ultramsg.testkit.attack.RlsAttack#against}.
 */
@NullMarked
package io.smartqueue.ultramsg.testkit.attack;

import org.jspecify.annotations.NullMarked;
