package io.smartqueue.ultramsg.testkit;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The people an instance knows, and who of all people is on WhatsApp: everyone, unless a test says otherwise. Not
 * thread-safe; {@link InstanceState} guards it.
 */
final class Directory {

    private static final Duration CHECK_IS_KEPT = Duration.ofDays(3);

    private final Map<String, String> names = new LinkedHashMap<>();
    private final Map<String, String> pictures = new HashMap<>();
    private final Set<String> notOnWhatsApp = new LinkedHashSet<>();
    private final Set<String> blocked = new LinkedHashSet<>();
    private final Map<String, Check> checks = new HashMap<>();

    private record Check(boolean valid, Instant at) {}

    void meet(String chatId) {
        if (!ChatId.isGroup(chatId)) {
            names.putIfAbsent(chatId, ChatId.withoutSuffix(chatId));
        }
    }

    void name(String chatId, String name) {
        names.put(chatId, name);
    }

    void picture(String chatId, String url) {
        meet(chatId);
        pictures.put(chatId, url);
    }

    void leaveWhatsApp(String chatId) {
        notOnWhatsApp.add(chatId);
    }

    void joinWhatsApp(String chatId) {
        notOnWhatsApp.remove(chatId);
    }

    boolean isOnWhatsApp(String chatId) {
        return !notOnWhatsApp.contains(chatId);
    }

    /** What contacts/check says, which may be three days old. */
    boolean check(String chatId, Instant now, boolean afresh) {
        Check kept = checks.get(chatId);
        if (!afresh && kept != null && now.isBefore(kept.at().plus(CHECK_IS_KEPT))) {
            return kept.valid();
        }
        Check fresh = new Check(isOnWhatsApp(chatId), now);
        checks.put(chatId, fresh);
        return fresh.valid();
    }

    List<String> invalid() {
        return List.copyOf(notOnWhatsApp);
    }

    List<String> ids() {
        return List.copyOf(names.keySet());
    }

    String nameOf(String chatId) {
        return names.getOrDefault(chatId, ChatId.withoutSuffix(chatId));
    }

    @Nullable
    String pictureOf(String chatId) {
        return pictures.get(chatId);
    }

    boolean knows(String chatId) {
        return names.containsKey(chatId);
    }

    void block(String chatId) {
        meet(chatId);
        blocked.add(chatId);
    }

    void unblock(String chatId) {
        blocked.remove(chatId);
    }

    List<String> blocked() {
        return List.copyOf(blocked);
    }

    Map<String, Object> contact(String chatId) {
        Map<String, Object> contact = new LinkedHashMap<>();
        contact.put("id", chatId);
        contact.put("name", nameOf(chatId));
        contact.put("number", ChatId.withoutSuffix(chatId));
        contact.put("isGroup", false);
        contact.put("isMyContact", true);
        contact.put("isBlocked", blocked.contains(chatId));
        return contact;
    }
}
