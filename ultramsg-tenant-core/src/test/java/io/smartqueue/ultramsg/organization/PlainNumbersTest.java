package io.smartqueue.ultramsg.organization;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.PhoneNumberUtil.ValidationResult;
import com.google.i18n.phonenumbers.Phonenumber;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class PlainNumbersTest {
    private static final PhoneNumberUtil LIBPHONENUMBER = PhoneNumberUtil.getInstance();
    private static final int NUMBERS_PER_CALLING_CODE = 500;

    private final Random random = new Random(20261126);

    /** Of every calling code: its example numbers of all kinds, others made from them, and digits that are no number. */
    @Test
    void readsWhatLibphonenumberReads() {
        int read = 0;
        for (int callingCode : LIBPHONENUMBER.getSupportedCallingCodes()) {
            List<String> examples = examples(callingCode);
            for (int i = 0; i < NUMBERS_PER_CALLING_CODE; i++) {
                String typed = typed(callingCode + national(examples));

                Optional<String> e164 = PlainNumbers.e164(typed);

                if (e164.isPresent()) {
                    read++;
                    assertThat(e164).as(typed).isEqualTo(readByLibphonenumber(typed));
                }
            }
        }

        assertThat(read).isGreaterThan(20_000);
    }

    /** What begins like a number may be the beginning of another country's. */
    @Test
    void readsWhatLibphonenumberReadsOfAnyDigits() {
        for (int i = 0; i < 20_000; i++) {
            String typed = typed(digits(5 + random.nextInt(13)));

            PlainNumbers.e164(typed)
                    .ifPresent(e164 -> assertThat(Optional.of(e164)).as(typed).isEqualTo(readByLibphonenumber(typed)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"+4930901820", "4930901820", "+49 30 901820", "+49 (30) 90-18.20", "+49 30/901820"})
    void readsDigitsAndSeparators(String typed) {
        assertThat(PlainNumbers.e164(typed)).contains("+4930901820");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+49 (0)30 901820", // a prefix
                "+39 06 12345678", // no prefix, but a zero
                "+7 8 800 555 35 35", // Russia's prefix
                "+52 1 55 1234 5678", // once part of Mexico's mobile numbers
                "+54 11 15 2345 6789", // Argentina's mobile numbers are rewritten
                "+49 30 901820 ext. 5",
                "+49 30 901820#",
                "+49\t30 901820",
                "++4930901820",
                "+\u0664\u0669\u0663\u0660\u0669\u0660\u0661\u0668\u0662\u0660",
                "+049 30 901820",
                "+999123456789",
                "+4930",
                "+4930901820123456",
                "+",
                ""
            })
    void leavesToLibphonenumberWhateverElseThereMayBe(String typed) {
        assertThat(PlainNumbers.e164(typed)).isEmpty();
    }

    private static List<String> examples(int callingCode) {
        return LIBPHONENUMBER.getRegionCodesForCountryCode(callingCode).stream()
                .flatMap(region -> Stream.of(PhoneNumberType.values()).map(type -> example(callingCode, region, type)))
                .filter(Objects::nonNull)
                .map(LIBPHONENUMBER::getNationalSignificantNumber)
                .toList();
    }

    private static Phonenumber.@Nullable PhoneNumber example(int callingCode, String region, PhoneNumberType type) {
        return region.equals(PhoneNumberUtil.REGION_CODE_FOR_NON_GEO_ENTITY)
                ? LIBPHONENUMBER.getExampleNumberForNonGeoEntity(callingCode)
                : LIBPHONENUMBER.getExampleNumberForType(region, type);
    }

    private String national(List<String> examples) {
        if (examples.isEmpty() || random.nextInt(5) == 0) {
            return digits(2 + random.nextInt(13));
        }
        StringBuilder national = new StringBuilder(examples.get(random.nextInt(examples.size())));
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(national.length());
            switch (random.nextInt(4)) {
                case 0 -> national.insert(0, digits(1)); // as a prefix would be
                case 1 -> national.insert(at, digits(1));
                case 2 -> national.setCharAt(at, digits(1).charAt(0));
                default -> national.setLength(Math.max(2, national.length() - 1));
            }
        }
        return national.toString();
    }

    /** Every second number has separators in it, wherever they may be. */
    private String typed(String digits) {
        StringBuilder typed = new StringBuilder(digits);
        for (int separators = random.nextBoolean() ? random.nextInt(5) : 0; separators > 0; separators--) {
            typed.insert(random.nextInt(typed.length() + 1), " -()./".charAt(random.nextInt(6)));
        }
        return "+" + typed;
    }

    private String digits(int count) {
        List<String> digits = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            digits.add(Integer.toString(random.nextInt(10)));
        }
        return String.join("", digits);
    }

    private static Optional<String> readByLibphonenumber(String typed) {
        try {
            Phonenumber.PhoneNumber number = LIBPHONENUMBER.parse(typed, null);
            return LIBPHONENUMBER.isPossibleNumberWithReason(number) == ValidationResult.IS_POSSIBLE
                    ? Optional.of(LIBPHONENUMBER.format(number, PhoneNumberFormat.E164))
                    : Optional.empty();
        } catch (NumberParseException unreadable) {
            return Optional.empty();
        }
    }
}
