package io.smartqueue.ultramsg.link;

import io.smartqueue.ultramsg.error.NotConfiguredException;

import java.util.Objects;

/** What came of looking for the link to an organization's chat. Immutable; prints no number. */
public sealed interface ChatLinkResult {
    /**
     * Returns the link, for callers who prefer an exception to a branch.
     *
     * @return the link, if there is one
     * @throws NotConfiguredException if there is none; its message is the refusal's detail
     */
    default ChatLink orThrow() {
        if (this instanceof Found found) {
            return found.link();
        }
        throw new NotConfiguredException(((Refused) this).detail());
    }

    /**
     * There is a link.
     *
     * @param link to the number that is in force at this moment, without a text
     */
    record Found(ChatLink link) implements ChatLinkResult {
        public Found {
            Objects.requireNonNull(link, "link");
        }
    }

    /**
     * There is none.
     *
     * @param reason why
     * @param detail why in words, and what to do, for the person who looks after the organization
     */
    record Refused(LinkRefusal reason, String detail) implements ChatLinkResult {
        public Refused {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(detail, "detail");
        }
    }
}
