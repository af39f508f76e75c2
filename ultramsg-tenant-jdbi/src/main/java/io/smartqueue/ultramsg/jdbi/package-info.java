/** Keeps UltraMsg configuration, quotas and tenant scope in PostgreSQL. */
@NullMarked
package io.smartqueue.ultramsg.jdbi;

import org.jspecify.annotations.NullMarked;
