package io.smartqueue.ultramsg.internal.config;

import java.time.Duration;

/** How many organizations' configuration is kept, and for how long at the most. */
public record CacheLimits(int mostOrganizations, Duration timeToLive) {}
