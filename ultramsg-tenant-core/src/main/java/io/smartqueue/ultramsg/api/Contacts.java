package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.smartqueue.ultramsg.error.ProviderErrorKind;
import io.smartqueue.ultramsg.error.ProviderException;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The account's contacts. Get one from {@link UltraMsgClient#contacts()}, which also says what the methods throw.
 *
 * <p>Thread-safe. Source: docs/ultramsg-api.md, section 2.5.
 */
public final class Contacts {
    private final Calls calls;

    Contacts(Calls calls) {
        this.calls = calls;
    }

    /**
     * Lists all contacts.
     *
     * @return the contacts
     */
    public List<Contact> list() {
        return calls.list("contacts", new Form(), Contact::read, "contacts", "data", "list");
    }

    /**
     * Lists the ids of all contacts.
     *
     * @return the ids
     */
    public List<ChatId> ids() {
        return calls.list("contacts/ids", new Form(), Entries::id, "ids", "contacts", "data", "list");
    }

    /**
     * Looks one contact up.
     *
     * @param id whose
     * @return the contact
     */
    public Contact get(ChatId id) {
        return Contact.read(LenientJson.object(calls.ask("contacts/contact", Entries.chat(id)), "contact", "data"));
    }

    /**
     * Lists the contacts that are blocked.
     *
     * @return the contacts; without a name if UltraMsg names their ids only
     */
    public List<Contact> blocked() {
        return calls.list("contacts/blocked", new Form(), Contact::read, "contacts", "blocked", "ids", "data", "list");
    }

    /**
     * Lists the numbers that the instance found not to be on WhatsApp.
     *
     * @return their ids
     */
    public List<ChatId> invalid() {
        return calls.list("contacts/invalid", new Form(), Entries::id, "ids", "contacts", "invalid", "data", "list");
    }

    /**
     * Asks whether a number is on WhatsApp; UltraMsg may answer with what it found up to three days ago. It asks not to use this
     * call in bulk.
     *
     * @param id the number's chat id, see {@link ChatId#of}
     * @return what UltraMsg says
     */
    public NumberCheck check(ChatId id) {
        return NumberCheck.read(calls.ask("contacts/check", Entries.chat(id)));
    }

    /**
     * Asks whether a number is on WhatsApp now, past UltraMsg's own memory; see {@link #check}.
     *
     * @param id the number's chat id
     * @return what UltraMsg says
     */
    public NumberCheck checkAnew(ChatId id) {
        return NumberCheck.read(calls.ask("contacts/check", Entries.chat(id).add("nocache", "true")));
    }

    /**
     * Looks up where a contact's profile picture is.
     *
     * @param id whose
     * @return an address that may expire, or empty if UltraMsg says that there is no picture
     */
    public Optional<URI> picture(ChatId id) {
        JsonNode json;
        try {
            json = calls.ask("contacts/image", Entries.chat(id));
        } catch (ProviderException refusal) {
            if (saysThereIsNone(refusal)) {
                return Optional.empty();
            }
            throw refusal;
        }
        Optional<URI> address = LenientJson.webAddress(json, "success", "url", "link", "image");
        return Optional.of(address.orElseThrow(() -> Calls.unexpected("the reply holds no address")));
    }

    /** In words like "contact don't have picture"; no reply with other words has been published. */
    private static boolean saysThereIsNone(ProviderException refusal) {
        String words = refusal.providerText().toLowerCase(Locale.ROOT);
        return refusal.kind() == ProviderErrorKind.OTHER && words.contains("have picture");
    }

    /**
     * Blocks a contact: its messages no longer come in. {@link #unblock} undoes it.
     *
     * @param id whom
     */
    public void block(ChatId id) {
        calls.command("contacts/block", Entries.chat(id));
    }

    /**
     * Unblocks a contact.
     *
     * @param id whom
     */
    public void unblock(ChatId id) {
        calls.command("contacts/unblock", Entries.chat(id));
    }
}
