package io.smartqueue.ultramsg.testkit;

import java.util.Base64;
import java.util.Map;

/** The instance and its account; docs/ultramsg-api.md, sections 2.3 and 3.5 to 3.9. */
final class InstanceCalls {

    private final InstanceData data;

    private InstanceCalls(InstanceData data) {
        this.data = data;
    }

    static Map<String, Call> of(InstanceData data) {
        InstanceCalls instance = new InstanceCalls(data);
        return Map.ofEntries(
                Map.entry("GET instance/status", Call.of(instance::status)),
                Map.entry("GET instance/me", Call.of(instance::me)),
                Map.entry("GET instance/qr", Call.of(instance::qr)),
                Map.entry("GET instance/qrCode", Call.of(instance::qrCode)),
                Map.entry(
                        "GET instance/screenshot",
                        Call.of(
                                instance::screenshot,
                                Parameter.optional("encoding").oneOf("base64"))),
                Map.entry("GET instance/settings", Call.of(request -> StubReply.json(data.settings.all()))),
                Map.entry("POST instance/settings", new Call(data.settings.parameters(), data.settings::write)),
                Map.entry("POST instance/logout", Call.command(request -> instance.become(AccountState.QR))),
                Map.entry("POST instance/restart", Call.command(request -> instance.restart())),
                Map.entry("POST instance/clear", Call.command(request -> instance.clear())),
                Map.entry("POST instance/takeover", Call.command(request -> instance.takeOver())));
    }

    private StubReply status(StubRequest request) {
        return DocumentedReplies.status(data.behaviour.account);
    }

    private StubReply me(StubRequest request) {
        return data.behaviour.account.hasSession()
                ? DocumentedReplies.me(data.account)
                : InventedReplies.notConnected(data.behaviour.account);
    }

    private StubReply qr(StubRequest request) {
        return data.behaviour.account == AccountState.QR
                ? StubReply.raw(200, "image/png", QrPicture.png(qrText()))
                : InventedReplies.notWaitingForScan(data.behaviour.account);
    }

    private StubReply qrCode(StubRequest request) {
        return data.behaviour.account == AccountState.QR
                ? StubReply.json(data.behaviour.shapes.qrCode(qrText()))
                : InventedReplies.notWaitingForScan(data.behaviour.account);
    }

    private StubReply screenshot(StubRequest request) {
        byte[] picture = QrPicture.png("screen");
        return request.parameter("encoding") == null
                ? StubReply.raw(200, "image/png", picture)
                : StubReply.raw(200, "text/plain", Base64.getEncoder().encodeToString(picture));
    }

    private void become(AccountState state) {
        data.behaviour.account = state;
        data.catchUp();
    }

    private void restart() {
        // what has a session finds it again, at once: nothing here takes time
        if (data.behaviour.account != AccountState.QR) {
            become(AccountState.AUTHENTICATED);
        }
    }

    private void clear() {
        data.queue.clear();
        data.settings.reset();
        become(AccountState.QR);
    }

    private void takeOver() {
        if (data.behaviour.account == AccountState.STANDBY) {
            become(AccountState.AUTHENTICATED);
        }
    }

    private static String qrText() {
        return "2@stub0000000000000000000000000000000000000000,stub,stub";
    }
}
