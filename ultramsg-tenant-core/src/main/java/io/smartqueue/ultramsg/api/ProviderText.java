package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.organization.AccessToken;

import java.util.regex.Pattern;

/** Makes a provider's words fit to be shown: no token, no long number, no control characters, not endless. */
final class ProviderText {
    private static final int MAX_LENGTH = 200;
    private static final Pattern CONTROLS = Pattern.compile("\\p{Cntrl}+");
    private static final Pattern LONG_NUMBER = Pattern.compile("\\+?[0-9]{6,}");

    private ProviderText() {}

    static String clean(String text, AccessToken token) {
        String withoutToken = token.reveal().isEmpty() ? text : text.replace(token.reveal(), "[token]");
        String clean = LONG_NUMBER
                .matcher(CONTROLS.matcher(withoutToken).replaceAll(" "))
                .replaceAll("[number]")
                .strip();
        if (clean.length() <= MAX_LENGTH) {
            return clean;
        }
        boolean insidePair = Character.isHighSurrogate(clean.charAt(MAX_LENGTH - 1));
        return clean.substring(0, insidePair ? MAX_LENGTH - 1 : MAX_LENGTH) + "…";
    }
}
