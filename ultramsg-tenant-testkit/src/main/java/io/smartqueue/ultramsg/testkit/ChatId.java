package io.smartqueue.ultramsg.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Spellings of recipients; docs/ultramsg-api.md, section 1.6. */
final class ChatId {

    private static final Pattern PERSON = Pattern.compile("\\+?\\d+(@c\\.us)?");
    private static final Pattern RECIPIENT = Pattern.compile("\\d{5,20}@c\\.us|[\\d-]{5,40}@(g\\.us|newsletter)");

    private ChatId() {}

    /** A person's number in any spelling as UltraMsg shows it in lists; anything else, a comma list for instance, as it is. */
    static String of(String recipient) {
        // a plus that came unescaped is a blank by now
        String plain = recipient.strip();
        if (PERSON.matcher(plain).matches()) {
            String id = plain.replace("+", "");
            return id.endsWith("@c.us") ? id : id + "@c.us";
        }
        return plain;
    }

    /** The recipients of a comma list, each in its usual spelling. */
    static List<String> each(String recipients) {
        return Arrays.stream(recipients.split(",")).map(ChatId::of).toList();
    }

    static boolean isRecipient(String recipient) {
        return RECIPIENT.matcher(of(recipient)).matches();
    }

    static boolean isGroup(String chatId) {
        return chatId.endsWith("@g.us");
    }

    static String withoutSuffix(String chatId) {
        return chatId.replaceFirst("@.*", "");
    }
}
