package io.smartqueue.app.notification;

import io.javalin.http.Context;
import io.smartqueue.app.web.Json;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;

/** A JSON answer's members in order; those without a value are left out. Not thread-safe. */
final class Reply {
    private final Map<String, Object> members = new LinkedHashMap<>();

    static Reply success(String message) {
        return new Reply().with("success", true).with("message", message);
    }

    /** As the service answered that this one replaces, when it was switched off. */
    static Reply disabled() {
        return new Reply()
                .with("success", false)
                .with("message", "WhatsApp notifications are disabled")
                .with("outcome", "disabled");
    }

    Reply with(String member, @Nullable Object value) {
        if (value != null) {
            members.put(member, value);
        }
        return this;
    }

    /** Without the plus sign, as older callers know it. */
    Reply with(PhoneNumber phone) {
        return with("phone", phone.e164().substring(1));
    }

    Map<String, Object> members() {
        return members;
    }

    void write(Context request, int status) {
        Json.write(request, status, members);
    }
}
