@NullMarked
package io.smartqueue.app;

import org.jspecify.annotations.NullMarked;
