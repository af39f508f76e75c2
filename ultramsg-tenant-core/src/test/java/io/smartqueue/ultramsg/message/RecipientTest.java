package io.smartqueue.ultramsg.message;

import io.smartqueue.ultramsg.organization.PhoneNumber;
import io.smartqueue.ultramsg.organization.Region;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class RecipientTest {
    @ParameterizedTest
    @ValueSource(strings = {"+49 30 901820", "4930901820", " +4930901820 "})
    void takesInternationalNumbers(String typed) {
        Recipient recipient = Recipient.parse(typed);

        assertThat(recipient.address()).isEqualTo("+4930901820");
        assertThat(recipient.isGroup()).isFalse();
        assertThat(recipient).isEqualTo(Recipient.of(PhoneNumber.parse("+4930901820")));
    }

    @ParameterizedTest
    @CsvSource({
        "4930901820@c.us, false",
        "120363012345678901@g.us, true",
        "4930901820-1612345678@g.us, true" // a group of the older kind
    })
    void takesChatIdsOfPersonsAndGroupsAsTheyAre(String chatId, boolean group) {
        Recipient recipient = Recipient.parse(" " + chatId + " ");

        assertThat(recipient.address()).isEqualTo(chatId);
        assertThat(recipient.isGroup()).isEqualTo(group);
        assertThat(Recipient.parse(chatId, Region.of("DE")))
                .isEqualTo(recipient)
                .hasSameHashCodeAs(recipient);
    }

    @Test
    void takesLocalNumbersOfARegion() {
        assertThat(Recipient.parse("030 901820", Region.of("DE")).address()).isEqualTo("+4930901820");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+4930901820,+4930901821",
                "+4930901820, ",
                ",",
                "+4930901820;+4930901821",
                "4930901820@c.us,4930901821@c.us",
                "120363012345678901@g.us,4930901820@c.us"
            })
    void refusesLists(String list) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recipient.parse(list))
                .withMessageContaining("one recipient");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4930901820@s.whatsapp.net",
                "120363012345678901@newsletter",
                "status@broadcast",
                "+4930901820@c.us",
                "0930901820@c.us",
                "4930901820@C.US",
                "4930901820@c.us.evil",
                "4930901820@c.us\n4930901821@c.us",
                "@c.us",
                "@",
                "ann@example.com",
                "123-456@g.us",
                "4930901820-@g.us"
            })
    void refusesOtherChatIdsWithoutRepeatingThem(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recipient.parse(text))
                .withMessage("recipient is not a chat id: those of persons end in @c.us, those of groups in @g.us");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "Ann", "030 901820", "+49 30 901820 9018209018209018"})
    void refusesWhatIsNoNumber(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recipient.parse(text))
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("901820", "Ann"));
    }

    @Test
    void namesTheArgumentThatIsNull() {
        assertThatNullPointerException().isThrownBy(() -> Recipient.parse(null)).withMessage("recipient");
        assertThatNullPointerException()
                .isThrownBy(() -> Recipient.parse("030 901820", null))
                .withMessage("region");
    }

    @Test
    void printsItsKindOnly() {
        assertThat(Recipient.parse("+4930901820")).hasToString("Recipient[person]");
        assertThat(Recipient.parse("4930901820@c.us")).hasToString("Recipient[person]");
        assertThat(Recipient.parse("120363012345678901@g.us")).hasToString("Recipient[group]");
    }

    @Test
    void hasAChatIdHoweverItWasGiven() {
        assertThat(Recipient.parse("+49 30 901820").chatId()).isEqualTo("4930901820@c.us");
        assertThat(Recipient.parse("4930901820@c.us").chatId()).isEqualTo("4930901820@c.us");
        assertThat(Recipient.parse("120363012345678901@g.us").chatId()).isEqualTo("120363012345678901@g.us");
    }
}
