/** What happens to what UltraMsg posts; not API. */
@NullMarked
package io.smartqueue.ultramsg.internal.webhook;

import org.jspecify.annotations.NullMarked;
