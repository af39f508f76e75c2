package io.smartqueue.ultramsg.organization;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.URI;

import static org.assertj.core.api.Assertions.assertThat;

class AccessTokenTest {
    private final AccessToken token = AccessToken.of("fake-t0ken");

    @Test
    void revealsTheSecretWithoutBlanksAroundIt() {
        assertThat(AccessToken.of(" fake-t0ken\n").reveal()).isEqualTo("fake-t0ken");
    }

    @Test
    void doesNotPrintItself() {
        assertThat(token.toString()).isEqualTo("AccessToken[hidden]");
        assertThat(new InstanceCredentials(InstanceId.parse("1150"), token, URI.create("https://api.ultramsg.com")))
                .asString()
                .contains("instance1150")
                .doesNotContain("t0ken");
    }

    @ParameterizedTest
    @EnumSource(
            value = PropertyAccessor.class,
            names = {"FIELD", "GETTER", "ALL"})
    void isNotFoundByJacksonHoweverHardItLooks(PropertyAccessor accessor) throws JsonProcessingException {
        ObjectMapper curious = new ObjectMapper()
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .setVisibility(accessor, Visibility.ANY);

        assertThat(curious.writeValueAsString(token)).isEqualTo("{}");
    }

    @Test
    void equalsATokenOfTheSameSecretOnly() {
        assertThat(token).isEqualTo(AccessToken.of("fake-t0ken")).hasSameHashCodeAs(AccessToken.of("fake-t0ken"));
        assertThat(token).isNotEqualTo(AccessToken.of("fake-t0ken2")).isNotEqualTo("fake-t0ken");
    }

    @ParameterizedTest
    @CsvSource({"a, ****", "fake-t0ken1, ****", "fake-t0ken12, ****en12", "fake-t0ken-of-ann-4321, ****4321"})
    void showsFourCharactersOfALongOneAtTheMost(String secret, String shown) {
        assertThat(AccessToken.of(secret).masked()).isEqualTo(shown);
    }
}
