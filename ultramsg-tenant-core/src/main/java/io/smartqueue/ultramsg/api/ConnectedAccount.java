package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * The WhatsApp account an instance is linked to. Source: replies to instance/me that users of UltraMsg publish, as read in
 * November 2026; every member is optional there.
 *
 * <p>Immutable and thread-safe; prints neither number nor name.
 */
public final class ConnectedAccount {
    private final @Nullable PhoneNumber number;
    private final transient String name;
    private final Members members;

    private ConnectedAccount(@Nullable PhoneNumber number, String name, Members members) {
        this.number = number;
        this.name = name;
        this.members = members;
    }

    static ConnectedAccount read(JsonNode json) {
        PhoneNumber number = ChatId.find(LenientJson.text(json, "id"))
                .flatMap(ChatId::number)
                .orElse(null);
        return new ConnectedAccount(number, LenientJson.text(json, "name"), new Members(json));
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

    /**
     * Returns everything the reply says about the account.
     *
     * @return all members, such as {@code is_business}, {@code profile_picture}, {@code battery} and {@code device}
     */
    public Members members() {
        return members;
    }

    @Override
    public String toString() {
        return "ConnectedAccount[" + (number == null ? "no number" : number) + "]";
    }
}
