/** A PostgreSQL, a stub of UltraMsg and people to try it all with. */
@NullMarked
package io.smartqueue.app.demo;

import org.jspecify.annotations.NullMarked;
