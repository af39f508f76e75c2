package io.smartqueue.ultramsg.organization;

import com.google.i18n.phonenumbers.PhoneNumberUtil;

import java.util.Locale;
import java.util.Objects;

/**
 * A country or territory whose local way of writing phone numbers applies.
 *
 * <p>Immutable and thread-safe.
 *
 * @param code the ISO 3166-1 code of two letters, in upper case
 */
public record Region(String code) {
    /**
     * Checks the code.
     *
     * @throws IllegalArgumentException if no phone numbers are known for it
     */
    public Region {
        Objects.requireNonNull(code, "region");
        code = ConfigText.trim(code).toUpperCase(Locale.ROOT);
        if (!PhoneNumberUtil.getInstance().getSupportedRegions().contains(code)) {
            throw new IllegalArgumentException("region must be an ISO 3166-1 code of two letters, as in DE");
        }
    }

    /**
     * Returns the region of a code.
     *
     * @param code two letters in any case
     * @return the region
     * @throws IllegalArgumentException if no phone numbers are known for it
     */
    public static Region of(String code) {
        return new Region(code);
    }

    @Override
    public String toString() {
        return code;
    }
}
