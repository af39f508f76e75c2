package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.organization.MemberId;

import java.nio.charset.StandardCharsets;

/**
 * A member's id as the database is told it.
 *
 * @param text never empty, which would mean that nobody acts
 */
record MemberKey(String text) {
    /** Nobody's: no id may hold a control character. */
    private static final MemberKey NOBODY = new MemberKey("\u0001");

    /** An unpaired surrogate would arrive as a question mark, which may be somebody's id. */
    static MemberKey of(MemberId member) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(member.value()) ? new MemberKey(member.value()) : NOBODY;
    }
}
