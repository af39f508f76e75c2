package io.smartqueue.app.web;

import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.MemberId;

/**
 * Who asks, as his session says.
 *
 * @param csrfToken what his forms carry, so that no other site can send them in his name
 */
public record SignedIn(MemberId member, String name, String csrfToken) {
    public Actor.Member actor() {
        return Actor.member(member.value());
    }

    @Override
    public String toString() {
        return "SignedIn[" + member + "]";
    }
}
