package io.smartqueue.ultramsg.organization;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ActorTest {
    @Test
    void isAMemberByHisKeyOrAnOperatorByName() {
        assertThat(Actor.member("anna")).isEqualTo(new Actor.Member(MemberId.of("anna")));
        assertThat(Actor.member("anna").name()).isEqualTo("anna");
        assertThat(Actor.operator("onboarding-job").name()).isEqualTo("onboarding-job");
        assertThat(MemberId.of(UUID.fromString("0190A0B0-0000-7000-8000-00000000000A")))
                .hasToString("0190a0b0-0000-7000-8000-00000000000a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t", "a\u0000b", "a\nb", "a\u0085b"})
    void refusesBlankAndControlCharacters(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Actor.member(text))
                .withMessageStartingWith("member id");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Actor.operator(text))
                .withMessageStartingWith("operator's name");
    }

    @Test
    void takes255CharactersAndNoMore() {
        assertThat(Actor.member("a".repeat(255)).name()).hasSize(255);
        assertThat(Actor.operator("a".repeat(255)).name()).hasSize(255);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Actor.member("a".repeat(256)))
                .withMessageContaining("256");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Actor.operator("a".repeat(256)))
                .withMessageContaining("256");
    }
}
