package io.smartqueue.ultramsg.organization;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PhoneNumberTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "+4930901820",
                "4930901820",
                " +49 30 901820 ",
                "+49 (0)30 901820",
                "+49-30-901820",
                "+49.30.901820",
                "+49 30/901820",
                "+49 [30] 901820",
                "+49\u00a030\u00a0901820", // no-break spaces, as copied from a web page
                "\u00a0+4930901820\u00a0",
                "\u202a+4930901820\u202c", // marks of writing direction, as copied from a contact
                "+49\u201330\u2013901820", // en dashes
                "+\u0664\u0669\u0663\u0660\u0669\u0660\u0661\u0668\u0662\u0660" // Arabic-Indic digits
            })
    void readsInternationalNumbersHoweverTheyAreWritten(String typed) {
        assertThat(PhoneNumber.parse(typed).e164()).isEqualTo("+4930901820");
    }

    @ParameterizedTest
    @CsvSource({
        "030 901820, DE, +4930901820",
        "(030) 90-18-20, DE, +4930901820",
        "0049 30 901820, DE, +4930901820",
        "+49 30 901820, US, +4930901820",
        "4930901820, DE, +4930901820", // too long for a local number of Germany
        "201-555-0123, US, +12015550123",
        "06 12345678, IT, +390612345678" // Italy keeps the zero
    })
    void readsLocalNumbersOfARegion(String typed, String region, String e164) {
        assertThat(PhoneNumber.parse(typed, Region.of(region)).e164()).isEqualTo(e164);
    }

    @Test
    void readsAmbiguousDigitsAsLocalFirst() {
        String couldBeGermanOrAmerican = "4930901820";

        assertThat(PhoneNumber.parse(couldBeGermanOrAmerican, Region.of("US")).e164())
                .isEqualTo("+14930901820");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "+",
                "-",
                "030 901820", // local, and no region says where
                "0049 30 901820",
                "+49",
                "+4930",
                "+999123456789", // no such country code
                "+49 30 901820 ext. 5",
                "+49 30 901820;ext=5",
                "+49 30 901820x5",
                "+49 30 901820#5",
                "+49 30 90I82O",
                "1-800-FLOWERS",
                "++4930901820",
                "(+49) 30 901820",
                "49+30901820",
                "+4930901820,+4930901821",
                "+4930901820@c.us",
                "+49309018201234567890",
                "tel:+4930901820"
            })
    void refusesWhatIsNoInternationalNumberWithoutRepeatingIt(String typed) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PhoneNumber.parse(typed))
                .withMessageStartingWith("phone number")
                .satisfies(refusal -> {
                    assertThat(refusal.getMessage()).doesNotContain("901820", "999123");
                    assertThat(refusal).hasNoCause();
                });
    }

    @ParameterizedTest
    @CsvSource({"12, DE", "901820, US", "+49, DE", "0, DE"})
    void refusesWhatIsNeitherLocalNorInternational(String typed, String region) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PhoneNumber.parse(typed, Region.of(region)))
                .withMessageContaining("phone number");
    }

    @Test
    void refusesHugeTextBeforeReadingIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PhoneNumber.parse("+" + "1".repeat(1_000_000)))
                .withMessage("phone number has 1000001 characters, at most 64 are read");
    }

    @Test
    void printsItsLastTwoDigitsOnly() {
        assertThat(PhoneNumber.parse("+4930901820")).hasToString("PhoneNumber[…20]");
    }

    @Test
    void isNotFoundByJackson() throws JsonProcessingException {
        ObjectMapper curious = new ObjectMapper()
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .setVisibility(PropertyAccessor.ALL, Visibility.ANY);

        assertThat(curious.writeValueAsString(PhoneNumber.parse("+4930901820"))).isEqualTo("{}");
    }

    @Test
    void equalsTheSameNumberWrittenOtherwise() {
        assertThat(PhoneNumber.parse("030 901820", Region.of("DE")))
                .isEqualTo(PhoneNumber.parse("+49 30 901820"))
                .hasSameHashCodeAs(PhoneNumber.parse("+49 30 901820"))
                .isNotEqualTo(PhoneNumber.parse("+49 30 901821"));
    }
}
