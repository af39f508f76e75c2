package io.smartqueue.app.page;

import com.google.i18n.phonenumbers.AsYouTypeFormatter;
import com.google.i18n.phonenumbers.PhoneNumberUtil;

import java.util.regex.Pattern;

/** Phone numbers with blanks where people expect them. */
final class BusinessNumbers {
    private static final Pattern INTERNATIONAL = Pattern.compile("\\+[0-9 ()./-]{1,40}");
    private static final int MOST_DIGITS = 15;
    /** A number with a plus sign is read alike in all of them. */
    private static final String ANY_REGION = "US";

    private BusinessNumbers() {}

    /** Formats as much of an international number as there is so far; anything else stays as it was typed. */
    static String formatted(String typed) {
        String text = typed.strip();
        if (!INTERNATIONAL.matcher(text).matches()) {
            return typed;
        }
        String digits = text.replaceAll("[^0-9]", "");
        if (digits.isEmpty() || digits.length() > MOST_DIGITS) {
            return typed;
        }
        AsYouTypeFormatter formatter = PhoneNumberUtil.getInstance().getAsYouTypeFormatter(ANY_REGION);
        String shown = formatter.inputDigit('+');
        for (char digit : digits.toCharArray()) {
            shown = formatter.inputDigit(digit);
        }
        return shown.strip();
    }
}
