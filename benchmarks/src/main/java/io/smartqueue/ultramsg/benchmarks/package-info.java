/**
 * What the library costs, beside doing the same by hand; start at {@link io.smartqueue.ultramsg.benchmarks.PairedRun}, and at
 * {@code Catalogue} to see what is compared.
 */
@NullMarked
package io.smartqueue.ultramsg.benchmarks;

import org.jspecify.annotations.NullMarked;
