/** Counting what organizations send and receive, in memory, and writing it down in batches; not API. */
@NullMarked
package io.smartqueue.ultramsg.internal.usage;

import org.jspecify.annotations.NullMarked;
