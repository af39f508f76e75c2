package io.smartqueue.ultramsg.api;

import java.util.List;

/**
 * The groups the account is in; UltraMsg lets them be read only. To write to one, send a message to its id. Get one from {@link
 * UltraMsgClient#groups()}, which also says what the methods throw.
 *
 * <p>Thread-safe. Source: docs/ultramsg-api.md, section 2.6.
 */
public final class Groups {
    private final Calls calls;

    Groups(Calls calls) {
        this.calls = calls;
    }

    /**
     * Lists all groups.
     *
     * @return the groups
     */
    public List<Group> list() {
        return calls.list("groups", new Form(), Group::read, "groups", "data", "list");
    }

    /**
     * Lists the ids of all groups.
     *
     * @return the ids
     */
    public List<ChatId> ids() {
        return calls.list("groups/ids", new Form(), Entries::id, "ids", "groups", "data", "list");
    }

    /**
     * Looks one group up.
     *
     * @param id which
     * @return the group
     */
    public Group get(ChatId id) {
        Form parameters = new Form().addSecret("groupId", id.value());
        return Group.read(LenientJson.object(calls.ask("groups/group", parameters), "group", "data"));
    }
}
