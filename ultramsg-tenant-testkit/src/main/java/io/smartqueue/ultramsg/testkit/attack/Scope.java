package io.smartqueue.ultramsg.testkit.attack;

import io.smartqueue.ultramsg.testkit.attack.RlsReport.Attack;
import org.jspecify.annotations.Nullable;

/**
 * How somebody comes.
 *
 * @param organization what the tenant setting is; null if he does not set it
 * @param member who he says he is; null if he does not say
 */
record Scope(
        Attack attack,
        @Nullable String organization,
        @Nullable RestrictedMember member) {

    static Scope of(Attack attack, @Nullable String organization) {
        return new Scope(attack, organization, null);
    }

    /** Whether this is somebody with rows of his own, whose statements may well come to something. */
    boolean ownsRows() {
        return attack == Attack.WRONG_TENANT || attack == Attack.LEFT_BEHIND || attack == Attack.MEMBER;
    }
}
