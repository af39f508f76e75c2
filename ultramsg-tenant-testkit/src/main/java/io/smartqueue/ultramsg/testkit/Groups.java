package io.smartqueue.ultramsg.testkit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The groups that an instance's account is in. Not thread-safe; {@link InstanceState} guards it. */
final class Groups {

    private final Map<String, Group> groups = new LinkedHashMap<>();

    private record Group(String name, List<String> participants) {}

    void add(String id, String name, List<String> participants) {
        if (!ChatId.isGroup(id) || !ChatId.isRecipient(id)) {
            throw new IllegalArgumentException("Expected a group's id such as 120363000000000001@g.us");
        }
        groups.put(id, new Group(name, participants.stream().map(ChatId::of).toList()));
    }

    boolean knows(String id) {
        return groups.containsKey(id);
    }

    List<String> ids() {
        return List.copyOf(groups.keySet());
    }

    String nameOf(String id) {
        Group group = groups.get(id);
        return group == null ? id : group.name();
    }

    Map<String, Object> listed(String id) {
        Group group = groups.getOrDefault(id, new Group(id, List.of()));
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("subject", group.name());
        metadata.put(
                "participants",
                group.participants().stream()
                        .map(participant -> Map.of("id", participant))
                        .toList());
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("id", id);
        entry.put("name", group.name());
        entry.put("isGroup", true);
        entry.put("groupMetadata", metadata);
        return entry;
    }
}
