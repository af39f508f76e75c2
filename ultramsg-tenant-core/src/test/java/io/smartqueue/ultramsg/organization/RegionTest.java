package io.smartqueue.ultramsg.organization;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RegionTest {
    @ParameterizedTest
    @ValueSource(strings = {"DE", "de", " De "})
    void takesACodeInAnyCase(String code) {
        assertThat(Region.of(code)).isEqualTo(new Region("DE")).hasToString("DE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "D", "DEU", "49", "+49", "XX", "001", "ZZ"})
    void refusesCodesWithoutPhoneNumbers(String code) {
        assertThatIllegalArgumentException().isThrownBy(() -> Region.of(code)).withMessageContaining("ISO 3166-1");
    }
}
