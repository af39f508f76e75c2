package io.smartqueue.ultramsg.organization;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class OrganizationIdTest {
    @Test
    void takesTextUuidAndNumber() {
        assertThat(OrganizationId.of("acme").value()).isEqualTo("acme");
        assertThat(OrganizationId.of(UUID.fromString("0190A0B0-0000-7000-8000-00000000000A")))
                .hasToString("0190a0b0-0000-7000-8000-00000000000a");
        assertThat(OrganizationId.of(42L)).hasToString("42");
    }

    @Test
    void keepsWhatLooksLikeSqlAsTheTextItIs() {
        String text = "acme'; drop table organizations; --";

        assertThat(OrganizationId.of(text).value()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t", "a\u0000b", "a\nb", "a\u0085b"})
    void refusesBlankAndControlCharacters(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OrganizationId.of(text))
                .withMessageStartingWith("organization id");
    }

    @Test
    void takes255CharactersAndNoMore() {
        assertThat(OrganizationId.of("a".repeat(255)).value()).hasSize(255);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OrganizationId.of("a".repeat(256)))
                .withMessageContaining("256");
    }

    @Test
    void namesTheArgumentThatIsNull() {
        assertThatNullPointerException()
                .isThrownBy(() -> OrganizationId.of((String) null))
                .withMessage("organization id");
    }
}
