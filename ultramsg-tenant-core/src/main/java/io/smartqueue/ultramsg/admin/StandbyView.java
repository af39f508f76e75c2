package io.smartqueue.ultramsg.admin;

import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.PhoneNumber;

import java.net.URI;
import java.util.Optional;

/** A standby as people may see it. Immutable and thread-safe; prints neither token nor number. */
public final class StandbyView {
    private final StandbyInstance withoutToken;
    private final String maskedToken;

    private StandbyView(StandbyInstance withoutToken, String maskedToken) {
        this.withoutToken = withoutToken;
        this.maskedToken = maskedToken;
    }

    /**
     * Makes the view of a standby.
     *
     * @param standby as it is stored
     * @return the view, which holds no token
     */
    public static StandbyView of(StandbyInstance standby) {
        return new StandbyView(
                standby.token(AccessToken.of("")), standby.credentials().token().masked());
    }

    /**
     * Returns which instance it is.
     *
     * @return the instance
     */
    public InstanceId instance() {
        return withoutToken.credentials().instance();
    }

    /**
     * Returns what of the token may be seen.
     *
     * @return stars, followed by the last four characters of a long token
     */
    public String maskedToken() {
        return maskedToken;
    }

    /**
     * Returns where UltraMsg's API is.
     *
     * @return the address, without a path
     */
    public URI baseUrl() {
        return withoutToken.credentials().baseUrl();
    }

    /**
     * Returns the instance's WhatsApp number.
     *
     * @return the number, or empty if none is named
     */
    public Optional<PhoneNumber> businessNumber() {
        return withoutToken.businessNumber();
    }

    /**
     * Returns where the instance stands.
     *
     * @return the status; only an active one is sent through
     */
    public InstanceStatus status() {
        return withoutToken.status();
    }

    /**
     * Returns the standby for a change that leaves it as it is, or begins with it.
     *
     * @return the standby with a blank token, which keeps the stored one, see {@link Administration#updateStandbys}
     */
    public StandbyInstance unchanged() {
        return withoutToken;
    }

    @Override
    public String toString() {
        return "StandbyView[" + instance() + ", " + status().storedName() + "]";
    }
}
