package io.smartqueue.app.page;

import io.smartqueue.app.notification.CampaignDraft.Addressee;
import io.smartqueue.app.web.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class RecipientLinesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "+49 151 12345678 Ada Lovelace | +49 151 12345678 | Ada Lovelace",
                "+4915112345678;Ada | +4915112345678 | Ada",
                "(0151) 123/456-78, Ada | (0151) 123/456-78 | Ada",
                "+4915112345678 | +4915112345678 | ''",
                "Ada +4915112345678 | Ada +4915112345678 | ''"
            })
    void readsTheNumberAndThenTheName(String line, String phone, String name) {
        assertThat(RecipientLines.of(line).addressees()).containsExactly(new Addressee(phone, name));
    }

    @Test
    void leavesBlankLinesOutAndCountsThemAllTheSame() {
        RecipientLines lines = RecipientLines.of("\n+4915112345678 Ada\r\n\n  \nBob\n");

        assertThat(lines.addressees()).hasSize(2);
        assertThat(lines.complaint(new Problem.Field("recipients[1].phone", "invalid", "give a number")))
                .isEqualTo("line 5: give a number");
        assertThat(lines.complaint(
                        new Problem.Field("recipients[1].phone", "duplicate", "is that of recipients[0] too")))
                .isEqualTo("line 5: its number is that of line 2 too");
    }
}
