package io.smartqueue.ultramsg.organization;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.ValidationResult;
import com.google.i18n.phonenumbers.Phonenumber;
import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A phone number that could exist, in E.164. It prints its last two digits only.
 *
 * <p>"Could exist" means that country code and length fit; whether anybody has the number, on WhatsApp at that, only
 * sending tells. Immutable and thread-safe.
 */
public final class PhoneNumber {
    private static final int MAX_TYPED_LENGTH = 64;
    private static final Pattern TYPED = Pattern.compile("\\+?[\\p{Nd}\\s()\\[\\]./\\-\u2010-\u2015\u2212\u00a0]+");
    /** Marks of writing direction and no-break blanks, which come along when a number is copied from a contact or a page. */
    private static final Pattern PASTED_ALONG =
            Pattern.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|^\u00a0+|\u00a0+$");

    private static final PhoneNumberUtil NUMBERS = PhoneNumberUtil.getInstance();

    // transient for the same reason as the token's: no JSON library shall print it by itself
    private final transient String e164;

    private PhoneNumber(String e164) {
        this.e164 = e164;
    }

    /**
     * Reads a number as people write it, without a region: international, with or without the plus sign.
     *
     * @param text such as {@code +49 30 901820} or {@code 4930901820}; at most 64 characters
     * @return the number
     * @throws IllegalArgumentException if the text is not an international number; the message does not repeat it
     */
    public static PhoneNumber parse(String text) {
        return read(text, null);
    }

    /**
     * Reads a number as people in a region write it.
     *
     * <p>With a plus sign it is international. Without one it is read as a local number first, and only if its length
     * cannot be that of a local number, as an international one.
     *
     * @param text such as {@code 030 901820} with region DE; at most 64 characters
     * @param region whose local numbers are meant
     * @return the number
     * @throws IllegalArgumentException if the text is not a number; the message does not repeat it
     */
    public static PhoneNumber parse(String text, Region region) {
        return read(text, Objects.requireNonNull(region, "region"));
    }

    private static PhoneNumber read(String text, @Nullable Region region) {
        Objects.requireNonNull(text, "phone number");
        if (text.length() <= MAX_TYPED_LENGTH && (region == null || text.startsWith("+"))) {
            Optional<String> plain = PlainNumbers.e164(text);
            if (plain.isPresent()) {
                return new PhoneNumber(plain.get());
            }
        }
        return readLoosely(text, region);
    }

    private static PhoneNumber readLoosely(String text, @Nullable Region region) {
        String typed = PASTED_ALONG.matcher(text).replaceAll("").strip();
        if (typed.isEmpty()) {
            throw new IllegalArgumentException("phone number is empty");
        }
        if (typed.length() > MAX_TYPED_LENGTH) {
            throw new IllegalArgumentException(
                    "phone number has " + typed.length() + " characters, at most " + MAX_TYPED_LENGTH + " are read");
        }
        if (!TYPED.matcher(typed).matches()) {
            throw new IllegalArgumentException("phone number may hold digits, blanks, brackets, dots, dashes and one"
                    + " plus sign in front, nothing else");
        }
        Optional<PhoneNumber> local =
                region == null || typed.startsWith("+") ? Optional.empty() : possible(typed, region.code());
        return local.or(() -> possible(typed.startsWith("+") ? typed : "+" + typed, null))
                .orElseThrow(() -> new IllegalArgumentException(
                        region == null
                                ? "phone number must be international, with its country code, as in +493012345678; local"
                                        + " numbers need the organization's default region"
                                : "phone number is neither a local number of region " + region
                                        + " nor an international one"));
    }

    private static Optional<PhoneNumber> possible(String typed, @Nullable String region) {
        try {
            Phonenumber.PhoneNumber number = NUMBERS.parse(typed, region);
            return NUMBERS.isPossibleNumberWithReason(number) == ValidationResult.IS_POSSIBLE
                    ? Optional.of(new PhoneNumber(NUMBERS.format(number, PhoneNumberFormat.E164)))
                    : Optional.empty();
        } catch (NumberParseException unreadable) {
            return Optional.empty();
        }
    }

    /**
     * Returns the number in E.164. Never log the result.
     *
     * @return a plus sign and up to 15 digits
     */
    public String e164() {
        return e164;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PhoneNumber number && e164.equals(number.e164);
    }

    @Override
    public int hashCode() {
        return e164.hashCode();
    }

    @Override
    public String toString() {
        return "PhoneNumber[…" + e164.substring(e164.length() - 2) + "]";
    }
}
