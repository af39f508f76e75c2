package io.smartqueue.ultramsg.organization;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Configuration as it was typed or stored, not checked yet: a form, a change, credentials that nobody saved so far, or a
 * row of the database.
 *
 * <p>It names only what it holds. Used as a change, a field that it does not name keeps its value; a blank text clears
 * the field, except for the token, where blank keeps the old one (forms do not show it).
 *
 * <pre>{@code
 * ConfigDraft change = ConfigDraft.builder().instanceId("instance1150").token("…").build();
 * }</pre>
 *
 * <p>What a store has found names its {@linkplain #version version} too. A change that names it is written only if nobody has changed
 * the configuration since.
 *
 * <p>Immutable and thread-safe; prints the names of its fields only.
 */
public final class ConfigDraft {
    /** Of an organization without an instance of its own. */
    private static final Set<InstanceStatus> THAT_STOP_NOBODY =
            EnumSet.of(InstanceStatus.ACTIVE, InstanceStatus.INACTIVE, InstanceStatus.ERROR);

    private final @Nullable String instanceId;
    private final @Nullable AccessToken token;
    private final @Nullable String baseUrl;
    private final @Nullable String businessNumber;
    private final @Nullable String status;
    private final @Nullable Integer dailyLimit;
    private final @Nullable String webhookUrl;
    private final @Nullable List<String> webhookEvents;
    private final @Nullable String timeZone;
    private final @Nullable String defaultRegion;
    private final @Nullable String pace;
    private final @Nullable String webhooksIssuedFrom;
    private final @Nullable LastTest lastTest;
    private final @Nullable Long version;
    private final @Nullable String instanceOf;
    private final @Nullable List<String> lendsInstanceTo;
    /** What is the organization's own, where the instance is another's. */
    private final @Nullable ConfigDraft own;

    private ConfigDraft(Builder from) {
        this.instanceId = from.instanceId;
        this.token = from.token;
        this.baseUrl = from.baseUrl;
        this.businessNumber = from.businessNumber;
        this.status = from.status;
        this.dailyLimit = from.dailyLimit;
        this.webhookUrl = from.webhookUrl;
        this.webhookEvents = from.webhookEvents;
        this.timeZone = from.timeZone;
        this.defaultRegion = from.defaultRegion;
        this.pace = from.pace;
        this.webhooksIssuedFrom = from.webhooksIssuedFrom;
        this.lastTest = from.lastTest;
        this.version = from.version;
        this.instanceOf = from.instanceOf;
        this.lendsInstanceTo = from.lendsInstanceTo;
        this.own = from.own;
    }

    /**
     * Starts an empty draft.
     *
     * @return a builder that names no field yet
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts a draft from this one.
     *
     * @return a builder with the fields of this draft
     */
    public Builder toBuilder() {
        Builder builder = new Builder().overlay(this);
        builder.own = own;
        return builder;
    }

    /**
     * Returns what this draft becomes when a change is applied to it. Where the instance is {@linkplain #throughInstanceOf another's},
     * a change of anything that goes with the instance is one to the organization's own: another's token is never tried at an
     * address that somebody has typed.
     *
     * @param change the fields that get new values
     * @return a new draft
     */
    public ConfigDraft with(ConfigDraft change) {
        boolean isOfTheInstance = change.instanceId != null
                || change.token != null
                || change.baseUrl != null
                || change.businessNumber != null;
        return own != null && isOfTheInstance
                ? own.with(change)
                : toBuilder().overlay(change).build();
    }

    /**
     * Returns this configuration of an organization without an instance of its own as it is when messages go through another's: with
     * that one's instance id, token, base URL and number, and all else as it is here. The organization may send unless somebody has
     * said that it may not, {@link InstanceStatus#SUSPENDED} or {@link InstanceStatus#TESTING}: inactive is what every organization is
     * before anybody has done anything about it. If the instance was found not to work, it may not either.
     *
     * @param lender whose instance it is, with instance id and token
     * @return a new draft
     */
    public ConfigDraft throughInstanceOf(ConfigDraft lender) {
        Builder lent = toBuilder();
        lent.own = this;
        lent.instanceId = lender.instanceId;
        lent.token = lender.token;
        lent.baseUrl = lender.baseUrl;
        lent.businessNumber = lender.businessNumber;
        lent.lastTest = null;
        if (!isStopped()) {
            boolean isBroken = lender.status().flatMap(InstanceStatus::find).equals(Optional.of(InstanceStatus.ERROR));
            lent.status(isBroken ? InstanceStatus.ERROR : InstanceStatus.ACTIVE);
        }
        return lent.build();
    }

    /** Of a status that nobody knows, the check is to tell. */
    private boolean isStopped() {
        String said = filledOrNull(status);
        return said != null
                && !InstanceStatus.find(said).map(THAT_STOP_NOBODY::contains).orElse(false);
    }

    /**
     * Tells whether the instance is another's, see {@link #throughInstanceOf}.
     *
     * @return false for what was typed or stored
     */
    public boolean isThroughAnothersInstance() {
        return own != null;
    }

    /**
     * Returns what is the organization's own: what its people may see.
     *
     * @return the configuration without anything of {@linkplain #throughInstanceOf another's} instance; this one if there is none
     */
    public ConfigDraft own() {
        return own == null ? this : own;
    }

    /**
     * Tells whether the draft names an instance, or a part of what it takes to call one.
     *
     * @return true if there is an instance id or a token
     */
    public boolean namesInstance() {
        return filledOrNull(instanceId) != null || token != null;
    }

    /**
     * Returns what is left when a store has cleared the fields that are blank.
     *
     * @return a draft that does not name blank texts and empty lists
     */
    public ConfigDraft withoutBlanks() {
        Builder filled = toBuilder();
        filled.instanceId = filledOrNull(instanceId);
        filled.baseUrl = filledOrNull(baseUrl);
        filled.businessNumber = filledOrNull(businessNumber);
        filled.status = filledOrNull(status);
        filled.webhookUrl = filledOrNull(webhookUrl);
        filled.webhookEvents = webhookEvents == null || webhookEvents.isEmpty() ? null : webhookEvents;
        filled.timeZone = filledOrNull(timeZone);
        filled.defaultRegion = filledOrNull(defaultRegion);
        filled.instanceOf = filledOrNull(instanceOf);
        filled.lendsInstanceTo = lendsInstanceTo == null || lendsInstanceTo.isEmpty() ? null : lendsInstanceTo;
        filled.pace = filledOrNull(pace);
        filled.webhooksIssuedFrom = filledOrNull(webhooksIssuedFrom);
        return filled.build();
    }

    /**
     * Tells in which fields another configuration has other values than this one. Stores record it, forms show it:
     * {@code stored.differencesTo(stored.with(change))} is what a change changes.
     *
     * @param after the configuration to compare with, as whole as this one
     * @return in the order of {@link ConfigField}, tokens masked; a blank value is none
     */
    public List<FieldChange> differencesTo(ConfigDraft after) {
        return Stream.of(ConfigField.values())
                .filter(field -> !after.filled(field).equals(filled(field)))
                .map(field -> new FieldChange(field, shown(field), after.shown(field)))
                .toList();
    }

    private @Nullable String shown(ConfigField field) {
        return field == ConfigField.TOKEN
                ? token().map(AccessToken::masked).orElse(null)
                : filled(field).orElse(null);
    }

    private Optional<String> filled(ConfigField field) {
        return text(field).filter(text -> !text.isBlank());
    }

    private Optional<String> text(ConfigField field) {
        return switch (field) {
            case INSTANCE_ID -> instanceId();
            case TOKEN -> token().map(AccessToken::reveal);
            case BASE_URL -> baseUrl();
            case BUSINESS_NUMBER -> businessNumber();
            case STATUS -> status();
            case DAILY_LIMIT -> dailyLimit().map(String::valueOf);
            case WEBHOOK_URL -> webhookUrl();
            case WEBHOOK_EVENTS -> webhookEvents().map(events -> String.join(", ", events));
            case TIME_ZONE -> timeZone();
            case DEFAULT_REGION -> defaultRegion();
            case INSTANCE_OF -> instanceOf();
            case LENDS_INSTANCE_TO -> lendsInstanceTo().map(borrowers -> String.join(", ", borrowers));
            case PACE -> pace();
            case WEBHOOKS_ISSUED_FROM -> webhooksIssuedFrom();
            case STANDBYS, FORM -> Optional.empty();
        };
    }

    /**
     * Tells which fields this draft names, blank ones too.
     *
     * @return the fields, in their order
     */
    public Set<ConfigField> named() {
        return Stream.of(ConfigField.values())
                .filter(field -> text(field).isPresent())
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(ConfigField.class)));
    }

    /**
     * Returns the draft without its token.
     *
     * @return a draft that names all other fields
     */
    public ConfigDraft withoutToken() {
        Builder other = toBuilder();
        other.token = null;
        return other.build();
    }

    /**
     * Returns what is left when a store has cleared the configuration: limit, time zone, region and pace, who shares with whom, and which
     * webhooks were revoked.
     *
     * @return an inactive draft without an instance
     */
    public ConfigDraft cleared() {
        return builder()
                .status(InstanceStatus.INACTIVE)
                .dailyLimit(dailyLimit)
                .timeZone(timeZone)
                .defaultRegion(defaultRegion)
                .instanceOf(instanceOf)
                .lendsInstanceTo(lendsInstanceTo)
                .pace(pace)
                .webhooksIssuedFrom(webhooksIssuedFrom)
                .version(version)
                .build();
    }

    private static @Nullable String filledOrNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }

    /**
     * Returns the instance id as typed.
     *
     * @return the text, or empty if not named
     */
    public Optional<String> instanceId() {
        return Optional.ofNullable(instanceId);
    }

    /**
     * Returns the token.
     *
     * @return the token, or empty if not named
     */
    public Optional<AccessToken> token() {
        return Optional.ofNullable(token);
    }

    /**
     * Returns the base URL as typed.
     *
     * @return the text, or empty if not named
     */
    public Optional<String> baseUrl() {
        return Optional.ofNullable(baseUrl);
    }

    /**
     * Returns the business number as typed.
     *
     * @return the text, or empty if not named
     */
    public Optional<String> businessNumber() {
        return Optional.ofNullable(businessNumber);
    }

    /**
     * Returns the status as stored.
     *
     * @return the stored name, or empty if not named
     */
    public Optional<String> status() {
        return Optional.ofNullable(status);
    }

    /**
     * Returns the daily limit.
     *
     * @return messages a day, or empty if not named
     */
    public Optional<Integer> dailyLimit() {
        return Optional.ofNullable(dailyLimit);
    }

    /**
     * Returns the webhook URL as typed.
     *
     * @return the text, or empty if not named
     */
    public Optional<String> webhookUrl() {
        return Optional.ofNullable(webhookUrl);
    }

    /**
     * Returns the names of the webhook events as typed.
     *
     * @return the names, or empty if not named
     */
    public Optional<List<String>> webhookEvents() {
        return Optional.ofNullable(webhookEvents);
    }

    /**
     * Returns the time zone as typed.
     *
     * @return the text, or empty if not named
     */
    public Optional<String> timeZone() {
        return Optional.ofNullable(timeZone);
    }

    /**
     * Returns the default region as typed.
     *
     * @return the text, or empty if not named
     */
    public Optional<String> defaultRegion() {
        return Optional.ofNullable(defaultRegion);
    }

    /**
     * Returns the pace as typed.
     *
     * @return the text, or empty if not named
     */
    public Optional<String> pace() {
        return Optional.ofNullable(pace);
    }

    /**
     * Returns since when webhooks' addresses have to have been made, as typed.
     *
     * @return the text, or empty if not named
     */
    public Optional<String> webhooksIssuedFrom() {
        return Optional.ofNullable(webhooksIssuedFrom);
    }

    /**
     * Returns the outcome of the last test on save.
     *
     * @return the test, or empty if not named
     */
    public Optional<LastTest> lastTest() {
        return Optional.ofNullable(lastTest);
    }

    /**
     * Returns which version of the configuration this is; in a change, to which one it is to be made.
     *
     * @return a number that grows with each change, or empty if not named: a change is made to whatever is stored
     */
    public Optional<Long> version() {
        return Optional.ofNullable(version);
    }

    /**
     * Returns through whose instance the organization sends while it has none of its own. It does if that one
     * {@linkplain #lendsInstanceTo lends} it.
     *
     * @return another organization's id; its own if it sends through no other, not through the one of the service's environment
     *     either; or empty if nobody has said
     */
    public Optional<String> instanceOf() {
        return Optional.ofNullable(instanceOf);
    }

    /**
     * Returns who may send through this organization's instance.
     *
     * @return organizations' ids, or empty if not named
     */
    public Optional<List<String>> lendsInstanceTo() {
        return Optional.ofNullable(lendsInstanceTo);
    }

    @Override
    public String toString() {
        return "ConfigDraft"
                + Stream.of(ConfigField.values())
                        .filter(field -> text(field).isPresent())
                        .map(ConfigField::code)
                        .toList();
    }

    /** Collects the fields of a draft. Not thread-safe. */
    public static final class Builder {
        private @Nullable String instanceId;
        private @Nullable AccessToken token;
        private @Nullable String baseUrl;
        private @Nullable String businessNumber;
        private @Nullable String status;
        private @Nullable Integer dailyLimit;
        private @Nullable String webhookUrl;
        private @Nullable List<String> webhookEvents;
        private @Nullable String timeZone;
        private @Nullable String defaultRegion;
        private @Nullable String pace;
        private @Nullable String webhooksIssuedFrom;
        private @Nullable LastTest lastTest;
        private @Nullable Long version;
        private @Nullable String instanceOf;
        private @Nullable List<String> lendsInstanceTo;
        private @Nullable ConfigDraft own;

        private Builder() {}

        private Builder overlay(ConfigDraft change) {
            change.instanceId().ifPresent(this::instanceId);
            change.token().ifPresent(this::token);
            change.baseUrl().ifPresent(this::baseUrl);
            change.businessNumber().ifPresent(this::businessNumber);
            change.status().ifPresent(text -> this.status = text);
            change.dailyLimit().ifPresent(this::dailyLimit);
            change.webhookUrl().ifPresent(this::webhookUrl);
            change.webhookEvents().ifPresent(this::webhookEvents);
            change.timeZone().ifPresent(this::timeZone);
            change.defaultRegion().ifPresent(this::defaultRegion);
            change.pace().ifPresent(this::pace);
            change.webhooksIssuedFrom().ifPresent(this::webhooksIssuedFrom);
            change.lastTest().ifPresent(this::lastTest);
            change.version().ifPresent(this::version);
            change.instanceOf().ifPresent(this::instanceOf);
            change.lendsInstanceTo().ifPresent(this::lendsInstanceTo);
            return this;
        }

        /**
         * Names the instance.
         *
         * @param instanceId as typed, such as {@code 1150} or {@code instance1150}; null leaves it unnamed
         * @return this builder
         */
        public Builder instanceId(@Nullable String instanceId) {
            this.instanceId = instanceId;
            return this;
        }

        /**
         * Names the token as typed.
         *
         * @param token the secret; null or blank leaves it unnamed, so that an empty form field keeps the stored one
         * @return this builder
         */
        public Builder token(@Nullable String token) {
            return token(token == null ? null : AccessToken.of(token));
        }

        /**
         * Names the token.
         *
         * @param token the token; null or blank leaves it unnamed
         * @return this builder
         */
        public Builder token(@Nullable AccessToken token) {
            this.token = token == null || token.reveal().isEmpty() ? null : token;
            return this;
        }

        /**
         * Names where UltraMsg's API is.
         *
         * @param baseUrl an https address without a path; blank means UltraMsg's own; null leaves it unnamed
         * @return this builder
         */
        public Builder baseUrl(@Nullable String baseUrl) {
            this.baseUrl = baseUrl;
            return this;
        }

        /**
         * Names the organization's own WhatsApp number.
         *
         * @param businessNumber as typed; blank clears it; null leaves it unnamed
         * @return this builder
         */
        public Builder businessNumber(@Nullable String businessNumber) {
            this.businessNumber = businessNumber;
            return this;
        }

        /**
         * Names the status.
         *
         * @param status the status; null leaves it unnamed
         * @return this builder
         */
        public Builder status(@Nullable InstanceStatus status) {
            this.status = status == null ? null : status.storedName();
            return this;
        }

        /**
         * Names the status as it is stored, known or not.
         *
         * @param status the stored name; null leaves it unnamed
         * @return this builder
         */
        public Builder storedStatus(@Nullable String status) {
            this.status = status;
            return this;
        }

        /**
         * Names the daily limit.
         *
         * @param dailyLimit most messages in one day of the organization; 0 stops sending; null leaves it unnamed
         * @return this builder
         */
        public Builder dailyLimit(@Nullable Integer dailyLimit) {
            this.dailyLimit = dailyLimit;
            return this;
        }

        /**
         * Names where UltraMsg posts events.
         *
         * @param webhookUrl an https address; blank clears it; null leaves it unnamed
         * @return this builder
         */
        public Builder webhookUrl(@Nullable String webhookUrl) {
            this.webhookUrl = webhookUrl;
            return this;
        }

        /**
         * Names the events that UltraMsg posts.
         *
         * @param webhookEvents UltraMsg's names, such as {@code message_ack}; an empty list clears them; null leaves
         *     them unnamed
         * @return this builder
         */
        public Builder webhookEvents(@Nullable List<String> webhookEvents) {
            this.webhookEvents = webhookEvents == null ? null : List.copyOf(webhookEvents);
            return this;
        }

        /**
         * Names the time zone whose midnight starts the organization's day.
         *
         * @param timeZone a name such as {@code Europe/Berlin}; blank means UTC; null leaves it unnamed
         * @return this builder
         */
        public Builder timeZone(@Nullable String timeZone) {
            this.timeZone = timeZone;
            return this;
        }

        /**
         * Names the region whose local numbers are meant.
         *
         * @param defaultRegion an ISO 3166-1 code of two letters; blank clears it; null leaves it unnamed
         * @return this builder
         */
        public Builder defaultRegion(@Nullable String defaultRegion) {
            this.defaultRegion = defaultRegion;
            return this;
        }

        /**
         * Names how much time the outbox leaves between two of the organization's messages, as typed.
         *
         * @param pace seconds or an ISO 8601 duration, such as {@code 15} or {@code PT15S}, of 1 second to 1 hour; blank means what the
         *     outbox is set to; null leaves it unnamed
         * @return this builder
         */
        public Builder pace(@Nullable String pace) {
            this.pace = pace;
            return this;
        }

        /**
         * Names how much time the outbox leaves between two of the organization's messages.
         *
         * @param pace 1 second to 1 hour; null leaves it unnamed
         * @return this builder
         */
        public Builder pace(@Nullable Duration pace) {
            return pace(pace == null ? null : pace.toString());
        }

        /**
         * Names since when addresses of the organization's webhooks have to have been made, as typed: what comes to older ones is refused.
         *
         * @param webhooksIssuedFrom a moment in ISO 8601 form, such as {@code 2026-11-23T12:00:00Z}; blank means that all hold; null
         *     leaves it unnamed
         * @return this builder
         */
        public Builder webhooksIssuedFrom(@Nullable String webhooksIssuedFrom) {
            this.webhooksIssuedFrom = webhooksIssuedFrom;
            return this;
        }

        /**
         * Names since when addresses of the organization's webhooks have to have been made.
         *
         * @param webhooksIssuedFrom to the second; null leaves it unnamed
         * @return this builder
         */
        public Builder webhooksIssuedFrom(@Nullable Instant webhooksIssuedFrom) {
            return webhooksIssuedFrom(webhooksIssuedFrom == null ? null : webhooksIssuedFrom.toString());
        }

        /**
         * Names the outcome of a test; the manager does this when it tests before saving.
         *
         * @param lastTest the test; null leaves it unnamed
         * @return this builder
         */
        public Builder lastTest(@Nullable LastTest lastTest) {
            this.lastTest = lastTest;
            return this;
        }

        /**
         * Names the version to which a change is to be made, or which a store has found.
         *
         * @param version as {@link ConfigDraft#version} was when the configuration was read; null leaves it unnamed
         * @return this builder
         */
        public Builder version(@Nullable Long version) {
            this.version = version;
            return this;
        }

        /**
         * Names through whose instance the organization sends while it has none of its own. For stores and for operators, see {@code
         * EnvironmentMove.shareInstance}: the manager takes it in no other change.
         *
         * @param instanceOf an organization's id; blank clears it; null leaves it unnamed
         * @return this builder
         */
        public Builder instanceOf(@Nullable String instanceOf) {
            this.instanceOf = instanceOf;
            return this;
        }

        /**
         * Names who may send through this organization's instance. For stores and for operators, as {@link #instanceOf}.
         *
         * @param lendsInstanceTo organizations' ids; an empty list clears them; null leaves them unnamed
         * @return this builder
         */
        public Builder lendsInstanceTo(@Nullable List<String> lendsInstanceTo) {
            this.lendsInstanceTo = lendsInstanceTo == null ? null : List.copyOf(lendsInstanceTo);
            return this;
        }

        /**
         * Builds the draft; nothing is checked here, see {@link ConfigValidator}.
         *
         * @return the draft
         */
        public ConfigDraft build() {
            return new ConfigDraft(this);
        }
    }
}
