package io.smartqueue.ultramsg.organization;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An organization's configuration, checked: what it says can be used as it is.
 *
 * <p>Comes from {@link ConfigValidator}. Immutable and thread-safe; prints neither token nor number.
 */
public final class UltraMessageConfig {
    /** Messages a day for an organization that names no limit. */
    public static final int DEFAULT_DAILY_LIMIT = 1000;

    /** Where UltraMsg's API is unless the organization says otherwise. */
    public static final String DEFAULT_BASE_URL = "https://api.ultramsg.com";

    private final InstanceCredentials credentials;
    private final InstanceStatus status;
    private final int dailyLimit;
    private final @Nullable PhoneNumber businessNumber;
    private final @Nullable URI webhookUrl;
    private final Set<WebhookEventName> webhookEvents;
    private final ZoneId timeZone;
    private final @Nullable Region defaultRegion;
    private final @Nullable Duration pace;
    private final @Nullable Instant webhooksIssuedFrom;
    private final @Nullable LastTest lastTest;
    private final boolean isThroughAnothersInstance;
    private final List<OrganizationId> lendsInstanceTo;

    /** Takes what {@link ConfigReading} has checked; every required part is there by then. */
    UltraMessageConfig(ConfigReading read, InstanceCredentials credentials) {
        this.credentials = credentials;
        this.status = read.status;
        this.dailyLimit = read.dailyLimit;
        this.businessNumber = read.businessNumber;
        this.webhookUrl = read.webhookUrl;
        this.webhookEvents = Set.copyOf(read.webhookEvents);
        this.timeZone = read.timeZone;
        this.defaultRegion = read.defaultRegion;
        this.pace = read.pace;
        this.webhooksIssuedFrom = read.webhooksIssuedFrom;
        this.lastTest = read.lastTest;
        this.isThroughAnothersInstance = read.isThroughAnothersInstance;
        this.lendsInstanceTo = List.copyOf(read.lendsInstanceTo);
    }

    /**
     * Returns what it takes to call the organization's instance.
     *
     * @return instance, token and base URL
     */
    public InstanceCredentials credentials() {
        return credentials;
    }

    /**
     * Returns where the instance stands in our records.
     *
     * @return the status; only an active one may send
     */
    public InstanceStatus status() {
        return status;
    }

    /**
     * Returns how many messages the organization may send in one of its days.
     *
     * @return 0 or more; 0 means that nothing may be sent
     */
    public int dailyLimit() {
        return dailyLimit;
    }

    /**
     * Returns the organization's own WhatsApp number.
     *
     * @return the number, or empty if none is set
     */
    public Optional<PhoneNumber> businessNumber() {
        return Optional.ofNullable(businessNumber);
    }

    /**
     * Returns where UltraMsg is to post events.
     *
     * @return an https address, or empty if none is set
     */
    public Optional<URI> webhookUrl() {
        return Optional.ofNullable(webhookUrl);
    }

    /**
     * Returns the events that UltraMsg is to post.
     *
     * @return the events, possibly none
     */
    public Set<WebhookEventName> webhookEvents() {
        return webhookEvents;
    }

    /**
     * Returns the time zone whose midnight starts the organization's day.
     *
     * @return the zone, UTC if none is set
     */
    public ZoneId timeZone() {
        return timeZone;
    }

    /**
     * Returns the region whose local numbers are meant when a recipient has no country code.
     *
     * @return the region, or empty if only international numbers are taken
     */
    public Optional<Region> defaultRegion() {
        return Optional.ofNullable(defaultRegion);
    }

    /**
     * Returns how much time the outbox leaves between two of the organization's messages.
     *
     * @return 1 second to 1 hour, or empty if it is what the outbox is set to
     */
    public Optional<Duration> pace() {
        return Optional.ofNullable(pace);
    }

    /**
     * Returns since when addresses of the organization's webhooks have to have been made.
     *
     * @return a moment of which the second counts, or empty if all hold
     */
    public Optional<Instant> webhooksIssuedFrom() {
        return Optional.ofNullable(webhooksIssuedFrom);
    }

    /**
     * Returns when the connection was last tested on save.
     *
     * @return the test, or empty if it never was
     */
    public Optional<LastTest> lastTest() {
        return Optional.ofNullable(lastTest);
    }

    /**
     * Tells whether the instance is none of the organization's own: that of another one, which shares it, or that of the environment
     * variables.
     *
     * @return false if the organization has an instance
     */
    public boolean isThroughAnothersInstance() {
        return isThroughAnothersInstance;
    }

    /**
     * Returns to whom the organization lends its instance, as far as it is for the organization to say.
     *
     * @return their ids, possibly none; whether each of them wants it, its own configuration says
     */
    public List<OrganizationId> lendsInstanceTo() {
        return lendsInstanceTo;
    }

    @Override
    public String toString() {
        return "UltraMessageConfig[" + credentials.instance() + ", " + status.storedName() + ", " + dailyLimit
                + " a day, " + timeZone + "]";
    }
}
