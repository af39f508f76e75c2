package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The instance itself: its link to a phone, and its settings. Get one from {@link UltraMsgClient#instance()}, which also says
 * what the methods throw.
 *
 * <p>Thread-safe. Source: docs/ultramsg-api.md, section 2.3.
 */
public final class Instance {
    private final Calls calls;

    Instance(Calls calls) {
        this.calls = calls;
    }

    /**
     * Asks how the instance stands with WhatsApp. An instance that is unknown or not paid for has no status, but an error.
     *
     * @return the status
     */
    public AccountStatus status() {
        JsonNode json = calls.ask("instance/status");
        JsonNode status = json.path("status");
        JsonNode account = status.has("accountStatus") ? status.path("accountStatus") : json.path("accountStatus");
        if (account.isObject()) {
            return new AccountStatus(LenientJson.text(account, "status"), LenientJson.text(account, "substatus"));
        }
        if (status.isTextual()) {
            return new AccountStatus(status.asText(), "");
        }
        throw Calls.unexpected("the reply holds no account status");
    }

    /**
     * Asks which account the instance is linked to. While no phone is linked, UltraMsg answers with an error.
     *
     * @return the account
     */
    public ConnectedAccount me() {
        return ConnectedAccount.read(calls.ask("instance/me"));
    }

    /**
     * Fetches the QR code that links a phone, as a picture. UltraMsg has one only while {@link
     * AccountStatus#isWaitingForQrScan()}, and answers with an error otherwise. Whoever scans it links a phone: show it to the
     * account's owner only.
     *
     * @return a PNG
     */
    public byte[] qrImage() {
        return calls.picture("instance/qr");
    }

    /**
     * Fetches the QR code that links a phone, as the text to draw it from; see {@link #qrImage()}.
     *
     * @return the text; never log it
     */
    public String qrText() {
        String text = LenientJson.text(calls.ask("instance/qrCode"), "qrCode", "qrcode");
        if (text.isEmpty()) {
            throw Calls.unexpected("the reply holds no QR code");
        }
        return text;
    }

    /**
     * Reads the instance's settings.
     *
     * @return the settings
     */
    public InstanceSettings settings() {
        return InstanceSettings.read(LenientJson.object(calls.ask("instance/settings"), "data", "settings"));
    }

    /**
     * Changes settings; what the change does not name stays as it is.
     *
     * @param change the new values
     */
    public void changeSettings(SettingsChange change) {
        calls.command("instance/settings", change.form());
    }

    /** Restarts the instance. The phone stays linked; messages wait meanwhile. */
    public void restart() {
        calls.command("instance/restart", new Form());
    }

    /** Ends the WhatsApp session. Sending stops until somebody scans a QR code with the phone again. */
    public void logoutAndUnlinkPhone() {
        calls.command("instance/logout", new Form());
    }

    /**
     * Wipes the instance: its messages, those in the queue included, its settings, and its link to the phone. Cannot be undone;
     * sending stops until somebody scans a QR code with the phone again.
     */
    public void deleteMessagesAndSettingsAndUnlinkPhone() {
        calls.command("instance/clear", new Form());
    }

    /**
     * Takes the session back from another WhatsApp Web, as the status {@link AccountStatus#isStandby()} calls for.
     *
     * @deprecated UltraMsg's own older libraries have this call, its documentation of November 2026 does not: it may be gone
     */
    @Deprecated
    public void takeOver() {
        calls.command("instance/takeover", new Form());
    }

    /**
     * Fetches a picture of what the instance's browser shows: chats, with names and texts.
     *
     * @return the picture
     * @deprecated UltraMsg's own older libraries have this call, its documentation of November 2026 does not: it may be gone
     */
    @Deprecated
    public byte[] screenshot() {
        return calls.picture("instance/screenshot");
    }
}
