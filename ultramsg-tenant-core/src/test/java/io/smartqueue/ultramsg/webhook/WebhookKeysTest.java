package io.smartqueue.ultramsg.webhook;

import io.smartqueue.ultramsg.organization.OrganizationId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class WebhookKeysTest {
    private static final String FIRST = "k1:" + key('a');
    private static final String SECOND = "k2:" + key('b');
    private static final OrganizationId ACME = OrganizationId.of("acme");
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private final WebhookKeys keys = WebhookKeys.parse(FIRST);

    private static String key(char letter) {
        return Base64.getEncoder()
                .encodeToString(String.valueOf(letter).repeat(32).getBytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme", "7", "0b1c2d3e-0000-4000-8000-000000000001", "Köln / Süd", "a.b", " x", "日本"})
    void sayWhoseASecretIsAndSinceWhen(String organization) {
        String secret = keys.issue(OrganizationId.of(organization), NOON.plusMillis(999));

        assertThat(secret).matches("[A-Za-z0-9._-]+");
        assertThat(keys.verify(secret)).contains(new WebhookKeys.Issued(OrganizationId.of(organization), NOON, "k1"));
    }

    /** Another program that has the key must find the same; so the form is written down here. */
    @Test
    void makeTheSameSecretAlways() {
        assertThat(keys.issue(ACME, NOON))
                .isEqualTo("k1.YWNtZQ.1795435200." + keys.issue(ACME, NOON).substring(21));
        assertThat(keys.issue(ACME, NOON)).isEqualTo(WebhookKeys.parse(FIRST).issue(ACME, NOON));
    }

    @Test
    void takeTheLongestIdThatAnOrganizationCanHave() {
        OrganizationId longest = OrganizationId.of("\u20ac".repeat(255));

        assertThat(keys.verify(keys.issue(longest, NOON)))
                .map(WebhookKeys.Issued::organization)
                .contains(longest);
    }

    /** Whatever sign of it is another one, or missing, or too much. */
    @Test
    void believeNothingElse() {
        String secret = keys.issue(ACME, NOON);
        Set<String> wrong = new HashSet<>();
        for (int at = 0; at < secret.length(); at++) {
            for (char sign : "aZ0_-.=+/ \u0000\u00e4".toCharArray()) {
                wrong.add(secret.substring(0, at) + sign + secret.substring(at + 1));
                wrong.add(secret.substring(0, at) + sign + secret.substring(at));
            }
            wrong.add(secret.substring(0, at) + secret.substring(at + 1));
            wrong.add(secret.substring(0, at));
        }
        wrong.remove(secret);
        wrong.addAll(List.of("", ".", "...", secret + secret, secret + ".", " " + secret, "x".repeat(100_000)));

        assertThat(wrong)
                .allSatisfy(text -> assertThat(keys.verify(text)).as(text).isEmpty());
    }

    @Test
    void areExchangedWithAnOverlap() {
        String old = keys.issue(ACME, NOON);
        WebhookKeys both = WebhookKeys.parse(SECOND + "," + FIRST);
        String renewed = both.issue(ACME, NOON);

        assertThat(both.signingKeyId()).isEqualTo("k2");
        assertThat(both.verify(old)).map(WebhookKeys.Issued::keyId).contains("k1");
        assertThat(both.verify(renewed)).map(WebhookKeys.Issued::keyId).contains("k2");
        assertThat(keys.verify(renewed)).isEmpty();
        assertThat(WebhookKeys.parse(SECOND).verify(old)).isEmpty();
        assertThat(WebhookKeys.parse("k1:" + key('b')).verify(old))
                .as("another key of that id")
                .isEmpty();
    }

    @Test
    void areNoProofForAnotherOrganizationOrTime() {
        String secret = keys.issue(ACME, NOON);
        String signature = secret.substring(secret.lastIndexOf('.'));
        String other = keys.issue(OrganizationId.of("globex"), NOON);
        String later = keys.issue(ACME, NOON.plusSeconds(1));

        assertThat(keys.verify(other.substring(0, other.lastIndexOf('.')) + signature))
                .isEmpty();
        assertThat(keys.verify(later.substring(0, later.lastIndexOf('.')) + signature))
                .isEmpty();
    }

    @Test
    void sayWhatWasRevoked() {
        WebhookKeys.Issued issued = keys.verify(keys.issue(ACME, NOON)).orElseThrow();

        assertThat(issued.isRevoked(Optional.empty())).isFalse();
        assertThat(issued.isRevoked(Optional.of(NOON))).isFalse();
        assertThat(issued.isRevoked(Optional.of(NOON.plusMillis(999))))
                .as("the same second")
                .isFalse();
        assertThat(issued.isRevoked(Optional.of(NOON.plusSeconds(1)))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "k1",
                "k1:",
                ":c2VjcmV0",
                "k.1:c2VjcmV0",
                "k1:c2VjcmV0LXRvby1zaG9ydA==",
                "k1:%%%secret%%%",
                "k1:c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==,",
                "k1:c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==,k1:c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
            })
    void areRefusedWithoutBeingRepeated(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebhookKeys.parse(text))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("c2VjcmV0", "secret"))
                .withNoCause();
    }

    @Test
    void printTheirIdsOnly() {
        assertThat(WebhookKeys.parse(SECOND + " , " + FIRST)).hasToString("WebhookKeys[k2, k1]");
    }
}
