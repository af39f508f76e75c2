package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.organization.PhoneNumber;
import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;

/**
 * The WhatsApp account an instance is linked to. Source: replies to instance/me that users of UltraMsg publish, as read in
 * November 2026; every member is optional there.
 *
 * <p>Immutable and thread-safe; prints neither number nor name.
 */
public final class ConnectedAccount {
    private final @Nullable PhoneNumber number;
    private final String name;

    ConnectedAccount(@Nullable PhoneNumber number, String name) {
        this.number = number;
        this.name = Objects.requireNonNull(name, "name");
    }

    /**
     * Returns the account's number.
     *
     * @return the number, or empty if the reply names none
     */
    public Optional<PhoneNumber> number() {
        return Optional.ofNullable(number);
    }

    /**
     * Returns the account's display name.
     *
     * @return the name, empty if the reply names none
     */
    public String name() {
        return name;
    }

    @Override
    public String toString() {
        return "ConnectedAccount[" + (number == null ? "no number" : number) + "]";
    }
}
