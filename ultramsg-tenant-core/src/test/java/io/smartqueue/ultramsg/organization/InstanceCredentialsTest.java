package io.smartqueue.ultramsg.organization;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class InstanceCredentialsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"api.ultramsg.com", "ftp://api.ultramsg.com", "https://a..b", "https://999.1.1.1", "https:x"})
    void refusesABaseUrlThatNoHttpClientCanCall(String baseUrl) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new InstanceCredentials(
                        InstanceId.parse("1150"), AccessToken.of("fake-t0ken"), URI.create(baseUrl)));
    }
}
