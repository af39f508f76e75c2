@NullMarked
package io.smartqueue.app.web;

import org.jspecify.annotations.NullMarked;
