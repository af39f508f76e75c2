package io.smartqueue.ultramsg.organization;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.ValidationResult;
import com.google.i18n.phonenumbers.Phonemetadata.PhoneMetadata;
import com.google.i18n.phonenumbers.Phonenumber;
import com.google.i18n.phonenumbers.metadata.DefaultMetadataDependenciesProvider;
import com.google.i18n.phonenumbers.metadata.source.MetadataSource;
import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;

/**
 * Reads international numbers of nothing but digits and separators, as libphonenumber does, only quicker: there is no
 * extension, no letter and no second number to look for, which is most of what its own reading costs. What is left of that
 * reading is the calling code, the country's own prefix, and whether the length fits. It knows the prefixes, and whatever one
 * could stand in is left to it, as is every number that does not fit.
 */
final class PlainNumbers {
    private static final int FEWEST_DIGITS = 7;
    private static final int MOST_DIGITS = 15; // as many as E.164 has
    private static final int LONGEST_CALLING_CODE = 3;
    private static final Pattern NONE = Pattern.compile("(?!)");
    private static final Pattern ANY = Pattern.compile("");

    private static final PhoneNumberUtil NUMBERS = PhoneNumberUtil.getInstance();
    private static final Set<Integer> CALLING_CODES = NUMBERS.getSupportedCallingCodes();
    private static final ConcurrentMap<Integer, NumberPlan> PLANS = new ConcurrentHashMap<>();

    private PlainNumbers() {}

    /** The number in E.164, or empty if libphonenumber must be asked. */
    static Optional<String> e164(String typed) {
        String digits = digits(typed);
        if (digits == null || digits.charAt(0) == '0') {
            return Optional.empty();
        }
        for (int length = 1; length <= LONGEST_CALLING_CODE; length++) { // no code begins with another one
            int code = Integer.parseInt(digits, 0, length, 10);
            if (CALLING_CODES.contains(code)) {
                return isPossible(code, digits.substring(length)) ? Optional.of("+" + digits) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** The digits, if there are as many as a number has and separators are all there is beside them. */
    private static @Nullable String digits(String typed) {
        StringBuilder digits = new StringBuilder(MOST_DIGITS);
        for (int i = typed.startsWith("+") ? 1 : 0; i < typed.length(); i++) {
            char character = typed.charAt(i);
            if (character >= '0' && character <= '9') {
                if (digits.length() == MOST_DIGITS) {
                    return null;
                }
                digits.append(character);
            } else if (" -()./".indexOf(character) < 0) {
                return null;
            }
        }
        return digits.length() < FEWEST_DIGITS ? null : digits.toString();
    }

    private static boolean isPossible(int callingCode, String national) {
        if (national.charAt(0) == '0') { // which is part of the number in some countries, and a prefix in others
            return false;
        }
        NumberPlan plan = PLANS.computeIfAbsent(callingCode, NumberPlan::of);
        return plan.isPossible(national.length())
                && !plan.prefix().matcher(national).lookingAt();
    }

    /**
     * What libphonenumber knows of a country's numbers, asked once.
     *
     * @param prefix what is taken off a national number, or exchanged in it, where it begins so
     * @param lengths how many digits a national number may have: the bits that are set
     */
    private record NumberPlan(Pattern prefix, int lengths) {
        static NumberPlan of(int callingCode) {
            int lengths = 0;
            long shortest = 1;
            for (int length = 1; length <= MOST_DIGITS; length++, shortest *= 10) {
                Phonenumber.PhoneNumber number = new Phonenumber.PhoneNumber()
                        .setCountryCode(callingCode)
                        .setNationalNumber(shortest);
                if (NUMBERS.isPossibleNumberWithReason(number) == ValidationResult.IS_POSSIBLE) {
                    lengths |= 1 << length;
                }
            }
            return new NumberPlan(prefix(callingCode), lengths);
        }

        boolean isPossible(int length) {
            return (lengths & 1 << length) != 0;
        }

        private static Pattern prefix(int callingCode) {
            try {
                String prefix = Prefixes.of(callingCode);
                return prefix.isEmpty() ? NONE : Pattern.compile(prefix);
            } catch (LinkageError otherVersion) { // a host's, which keeps its prefixes elsewhere: it is asked for every
                // number
                return ANY;
            }
        }
    }

    /** Loaded with the first number only: these types are public, but not what most users of libphonenumber see. */
    private static final class Prefixes {
        private static final MetadataSource METADATA =
                DefaultMetadataDependenciesProvider.getInstance().getPhoneNumberMetadataSource();

        static String of(int callingCode) {
            String region = NUMBERS.getRegionCodeForCountryCode(callingCode);
            PhoneMetadata metadata = PhoneNumberUtil.REGION_CODE_FOR_NON_GEO_ENTITY.equals(region)
                    ? METADATA.getMetadataForNonGeographicalRegion(callingCode)
                    : METADATA.getMetadataForRegion(region);
            return metadata.getNationalPrefixForParsing();
        }
    }
}
