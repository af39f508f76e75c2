package io.smartqueue.app.notification;

import io.javalin.http.Context;
import io.smartqueue.app.web.Guard;
import io.smartqueue.app.web.Visit;
import io.smartqueue.ultramsg.access.Permission;
import org.jspecify.annotations.Nullable;

/** Requests that name their organization in the query. */
final class Queries {
    private Queries() {}

    static Visit visit(Context request, Guard guard, Permission permission) {
        guard.signedIn(request);
        @Nullable String organization = request.queryParam("organizationId");
        if (organization == null || organization.isBlank()) {
            throw NotificationFields.invalid("organizationId", "missing", "is missing: add it to the address");
        }
        return guard.visit(request, organization.strip(), permission);
    }
}
