@NullMarked
package io.smartqueue.app.page;

import org.jspecify.annotations.NullMarked;
