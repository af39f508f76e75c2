package io.smartqueue.ultramsg.api;

import java.util.List;
import java.util.regex.Pattern;

/** Makes a provider's words fit to be shown: no secret, no long number, no control characters, not endless. */
final class ProviderText {
    private static final int MAX_LENGTH = 200;
    private static final int LONGEST_READ = 20_000;
    private static final int SHORTEST_SECRET = 4;
    /** So much of a secret's beginning is enough to know it again when it was cut short. */
    private static final int TELLING_LENGTH = 12;

    private static final Pattern CONTROLS = Pattern.compile("\\p{Cntrl}+");
    private static final Pattern LONG_NUMBER = Pattern.compile("\\+?[0-9]{6,}");
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]{32,}={0,2}");
    private static final String HIDDEN = "[hidden]";

    private ProviderText() {}

    /** Cleans words about a request that held these secrets; shorter ones than 4 characters hide nothing. */
    static String clean(String text, List<String> secrets) {
        String withoutSecrets = text.substring(0, Math.min(text.length(), LONGEST_READ));
        for (String secret : secrets) {
            withoutSecrets = hide(secret, withoutSecrets);
            for (String line : secret.lines().toList()) { // line breaks may have come back as something else
                withoutSecrets = hide(line, withoutSecrets);
            }
        }
        withoutSecrets = BASE64.matcher(withoutSecrets).replaceAll(HIDDEN);
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

    /** Hides a secret where the text has all of it, or as much of its beginning as it has. */
    private static String hide(String secret, String text) {
        if (secret.length() < SHORTEST_SECRET) {
            return text;
        }
        String telling = secret.substring(0, Math.min(TELLING_LENGTH, secret.length()));
        StringBuilder clean = new StringBuilder(text.length());
        int shown = 0;
        for (int found = text.indexOf(telling); found >= 0; found = text.indexOf(telling, shown)) {
            clean.append(text, shown, found).append(HIDDEN);
            shown = found + telling.length();
            while (shown < text.length()
                    && shown - found < secret.length()
                    && text.charAt(shown) == secret.charAt(shown - found)) {
                shown++;
            }
        }
        return clean.append(text, shown, text.length()).toString();
    }
}
