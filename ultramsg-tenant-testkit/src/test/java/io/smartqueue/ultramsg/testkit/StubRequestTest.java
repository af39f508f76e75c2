package io.smartqueue.ultramsg.testkit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

class StubRequestTest {

    private static final String FORM = "application/x-www-form-urlencoded";

    @Test
    void takesAStrayPercentSignAsItIs() {
        StubRequest request = StubRequest.of("POST", "/instance1150/messages/chat", FORM, "body=100%&to=%2B1");

        assertThat(request.parameters()).containsOnly(entry("body", "100%"), entry("to", "+1"));
    }

    @Test
    void skipsPairsWithoutNameAndReadsEmptyOnesAsAbsent() {
        StubRequest request = StubRequest.of("GET", "/instance1150/messages?a&=b&c=&d=e=f&", null, "");

        assertThat(request.parameters()).containsOnly(entry("c", ""), entry("d", "e=f"));
        assertThat(request.parameter("c")).isNull();
    }

    @Test
    void prefersTheBodyToTheQuery() {
        StubRequest request = StubRequest.of("POST", "/instance1150/messages/chat?body=query", FORM, "body=form");

        assertThat(request.parameter("body")).isEqualTo("form");
    }

    @Test
    void showsNoParameters() {
        StubRequest request = StubRequest.of("GET", "/instance1150/instance/me?token=t0ken", null, "");

        assertThat(request).hasToString("StubRequest[instance1150, GET instance/me]");
    }
}
