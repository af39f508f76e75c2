package io.smartqueue.ultramsg.organization;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class InstanceIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"1150", "instance1150", "INSTANCE1150", " Instance1150 ", "\tinstance1150\r\n"})
    void bringsEverySpellingIntoOneForm(String typed) {
        assertThat(InstanceId.parse(typed))
                .isEqualTo(new InstanceId("instance1150"))
                .hasToString("instance1150");
        assertThat(InstanceId.find(typed)).contains(new InstanceId("instance1150"));
    }

    @ParameterizedTest
    @CsvSource({"1150, 1150", "instance007, 007", "instance12345678901234567890, 12345678901234567890"})
    void givesTheDigitsAlone(String typed, String digits) {
        assertThat(InstanceId.parse(typed).digits()).isEqualTo(digits);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "instance",
                "instance 1150",
                "1150/",
                "/1150",
                "instance1150/messages",
                "..",
                "../1150",
                "instance..1150",
                "instance1150?x=1",
                "1150#",
                "instance-1150",
                "+1150",
                "instanceinstance1150",
                "123456789012345678901", // 21 digits
                "\u0661\u0661\u0665\u0660", // Arabic-Indic digits
                "\uff11\uff11\uff15\uff10", // full-width digits
                "\u00a01150", // only ASCII blanks are taken off, as SQL does
                "11\n50"
            })
    void refusesEverythingElse(String typed) {
        assertThatIllegalArgumentException().isThrownBy(() -> InstanceId.parse(typed));
        assertThat(InstanceId.find(typed)).isEmpty();
    }
}
