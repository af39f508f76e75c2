package io.smartqueue.ultramsg.failover;

import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.FieldChange;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An instance that takes an organization's messages when its own cannot.
 *
 * <p>Immutable and thread-safe; prints neither token nor number.
 */
public final class StandbyInstance {
    private final InstanceCredentials credentials;
    private final @Nullable PhoneNumber businessNumber;
    private final InstanceStatus status;

    private StandbyInstance(
            InstanceCredentials credentials, @Nullable PhoneNumber businessNumber, InstanceStatus status) {
        this.credentials = Objects.requireNonNull(credentials, "credentials");
        this.businessNumber = businessNumber;
        this.status = Objects.requireNonNull(status, "status");
    }

    /**
     * Returns a standby in status active, of a number that is not named.
     *
     * @param credentials instance, token and base URL
     * @return the standby
     */
    public static StandbyInstance of(InstanceCredentials credentials) {
        return new StandbyInstance(credentials, null, InstanceStatus.ACTIVE);
    }

    /**
     * Gives the instance another token, such as one that was typed anew for {@code StandbyView.unchanged()}.
     *
     * @param token the token; blank where {@code Administration.updateStandbys} is to keep the stored one
     * @return a standby with that token
     */
    public StandbyInstance token(AccessToken token) {
        return new StandbyInstance(
                new InstanceCredentials(credentials.instance(), token, credentials.baseUrl()), businessNumber, status);
    }

    /**
     * Names the instance's WhatsApp number.
     *
     * @param businessNumber the number
     * @return a standby with that number
     */
    public StandbyInstance businessNumber(PhoneNumber businessNumber) {
        return new StandbyInstance(credentials, Objects.requireNonNull(businessNumber, "businessNumber"), status);
    }

    /**
     * Sets where the instance stands.
     *
     * @param status only an active one is sent through
     * @return a standby in that status
     */
    public StandbyInstance status(InstanceStatus status) {
        return new StandbyInstance(credentials, businessNumber, status);
    }

    /**
     * Tells what a history says of standbys that are replaced by others. Stores record it.
     *
     * @param before what was there, in its order
     * @param after what is there instead
     * @return one change of {@link ConfigField#STANDBYS}, instance ids with masked tokens, which look the same where only an address, a
     *     number, a status or what is masked of a token is another; none if nothing is
     */
    public static List<FieldChange> differences(List<StandbyInstance> before, List<StandbyInstance> after) {
        return before.equals(after)
                ? List.of()
                : List.of(new FieldChange(ConfigField.STANDBYS, shown(before), shown(after)));
    }

    private static @Nullable String shown(List<StandbyInstance> standbys) {
        return standbys.isEmpty()
                ? null
                : standbys.stream()
                        .map(standby -> standby.credentials.instance().value() + " "
                                + standby.credentials.token().masked())
                        .collect(Collectors.joining(", "));
    }

    /**
     * Returns what it takes to call the instance.
     *
     * @return instance, token and base URL
     */
    public InstanceCredentials credentials() {
        return credentials;
    }

    /**
     * Returns the instance's WhatsApp number.
     *
     * @return the number, or empty if none is named
     */
    public Optional<PhoneNumber> businessNumber() {
        return Optional.ofNullable(businessNumber);
    }

    /**
     * Returns where the instance stands in our records.
     *
     * @return the status; only an active one is sent through
     */
    public InstanceStatus status() {
        return status;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StandbyInstance standby
                && credentials.equals(standby.credentials)
                && Objects.equals(businessNumber, standby.businessNumber)
                && status == standby.status;
    }

    @Override
    public int hashCode() {
        return Objects.hash(credentials, businessNumber, status);
    }

    @Override
    public String toString() {
        return "StandbyInstance[" + credentials.instance() + ", " + status.storedName() + "]";
    }
}
