package io.smartqueue.ultramsg.organization;

import org.jspecify.annotations.Nullable;

/**
 * What counts as blank in a configuration value: the four ASCII blanks and nothing else, so that the SQL function {@code
 * validate_ultramsg_config} can agree to the letter.
 */
final class ConfigText {
    private static final String BLANKS = " \t\r\n";

    private ConfigText() {}

    static String trim(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && BLANKS.indexOf(text.charAt(start)) >= 0) {
            start++;
        }
        while (end > start && BLANKS.indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return text.substring(start, end);
    }

    static String trimToEmpty(@Nullable String text) {
        return text == null ? "" : trim(text);
    }
}
