/** Who is asking, what he may do, and how he is answered. */
@NullMarked
package io.smartqueue.app.web;

import org.jspecify.annotations.NullMarked;
