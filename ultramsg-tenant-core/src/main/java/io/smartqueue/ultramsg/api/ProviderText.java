package io.smartqueue.ultramsg.api;

import java.util.List;
import java.util.regex.Pattern;

/** Makes a provider's words fit to be shown: no secret, no long number, no control characters, not endless. */
final class ProviderText {
    private static final int MAX_LENGTH = 200;
    private static final int SHORTEST_SECRET = 4;
    private static final Pattern CONTROLS = Pattern.compile("\\p{Cntrl}+");
    private static final Pattern LONG_NUMBER = Pattern.compile("\\+?[0-9]{6,}");

    private ProviderText() {}

    /** Cleans words about a request that held these secrets; shorter ones than 4 characters hide nothing. */
    static String clean(String text, List<String> secrets) {
        String withoutSecrets = text;
        for (String secret : secrets) {
            if (secret.length() >= SHORTEST_SECRET) {
                withoutSecrets = withoutSecrets.replace(secret, "[hidden]");
            }
        }
        String clean = LONG_NUMBER
                .matcher(CONTROLS.matcher(withoutSecrets).replaceAll(" "))
                .replaceAll("[number]")
                .strip();
        if (clean.length() <= MAX_LENGTH) {
            return clean;
        }
        boolean insidePair = Character.isHighSurrogate(clean.charAt(MAX_LENGTH - 1));
        return clean.substring(0, insidePair ? MAX_LENGTH - 1 : MAX_LENGTH) + "…";
    }
}
