package io.smartqueue.ultramsg.organization;

import io.smartqueue.ultramsg.error.TokenSealException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.Base64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TokenSealTest {
    private static final OrganizationId ACME = OrganizationId.of("acme");
    private static final OrganizationId OTHER = OrganizationId.of("other");
    private static final AccessToken TOKEN = AccessToken.of("fake-t0ken");
    private static final String K1 = "k1:" + key(1);
    private static final String K2 = "k2:" + key(2);

    private static String key(int fill) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) fill);
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Test
    void opensWhatItSealed() {
        TokenSeal seal = TokenSeal.withKeys(K1);

        String sealed = seal.seal(ACME, TOKEN);

        assertThat(sealed).startsWith("ultramsg-sealed:k1:").doesNotContain("t0ken");
        assertThat(TokenSeal.isSealed(sealed)).isTrue();
        assertThat(seal.open(ACME, sealed)).isEqualTo(TOKEN);
        assertThat(seal.seal(ACME, TOKEN)).as("a nonce of its own each time").isNotEqualTo(sealed);
    }

    @Test
    void fitsASealedTokenOfFullLengthIntoItsColumn() {
        String keyId = "k".repeat(32);
        TokenSeal seal = TokenSeal.withKeys(keyId + ":" + key(1));

        assertThat(seal.seal(ACME, AccessToken.of("x".repeat(255)))).hasSizeLessThanOrEqualTo(500);
    }

    @Test
    void doesNotOpenForAnotherOrganization() {
        TokenSeal seal = TokenSeal.withKeys(K1);
        String sealed = seal.seal(ACME, TOKEN);

        assertThatExceptionOfType(TokenSealException.class)
                .isThrownBy(() -> seal.open(OTHER, sealed))
                .withMessageContaining("other")
                .withMessageContaining("k1")
                .satisfies(TokenSealTest::revealsNothing);
    }

    @Test
    void doesNotOpenWithAnotherKeyOfTheSameId() {
        String sealed = TokenSeal.withKeys(K1).seal(ACME, TOKEN);

        assertThatExceptionOfType(TokenSealException.class)
                .isThrownBy(() -> TokenSeal.withKeys("k1:" + key(9)).open(ACME, sealed))
                .withMessageContaining("key k1")
                .withMessageContaining("organization acme")
                .satisfies(TokenSealTest::revealsNothing);
    }

    @Test
    void namesTheKeyThatIsMissing() {
        String sealed = TokenSeal.withKeys(K1).seal(ACME, TOKEN);

        assertThatExceptionOfType(TokenSealException.class)
                .isThrownBy(() -> TokenSeal.withKeys(K2).open(ACME, sealed))
                .withMessageContaining("key k1")
                .withMessageContaining("organization acme")
                .withMessageContaining("add that key")
                .satisfies(TokenSealTest::revealsNothing);
    }

    @Test
    void sealsWithTheFirstKeyAndOpensWithAll() {
        String old = TokenSeal.withKeys(K1).seal(ACME, TOKEN);
        TokenSeal rotated = TokenSeal.withKeys(K2 + ", " + K1);

        assertThat(rotated.open(ACME, old)).isEqualTo(TOKEN);
        assertThat(rotated.seal(ACME, TOKEN)).startsWith("ultramsg-sealed:k2:");
        assertThat(rotated).hasToString("TokenSeal[key k2]");
    }

    @Test
    void opensPlainText() {
        assertThat(TokenSeal.withKeys(K1).open(ACME, "fake-t0ken")).isEqualTo(TOKEN);
        assertThat(TokenSeal.plainText().open(ACME, "fake-t0ken")).isEqualTo(TOKEN);
        assertThat(TokenSeal.isSealed("fake-t0ken")).isFalse();
    }

    @Test
    void storesPlainTextWhenToldSo() {
        TokenSeal plain = TokenSeal.plainText();

        assertThat(plain.seal(ACME, TOKEN)).isEqualTo("fake-t0ken");
        assertThat(plain.sealingKeyId()).isEmpty();
        assertThat(plain).hasToString("TokenSeal[plain text]");
    }

    @Test
    void doesNotTakeSealedTextForAPlainToken() {
        String sealed = TokenSeal.withKeys(K1).seal(ACME, TOKEN);

        assertThatExceptionOfType(TokenSealException.class)
                .isThrownBy(() -> TokenSeal.plainText().open(ACME, sealed))
                .withMessageContaining("key k1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ultramsg-sealed:",
                "ultramsg-sealed:k1",
                "ultramsg-sealed:k1:",
                "ultramsg-sealed:k1:AAAA",
                "ultramsg-sealed:k1:AAAAAAAAAAAAAAAA",
                "ultramsg-sealed:k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "ultramsg-sealed:k1:no base64!",
                "ultramsg-sealed:k\u0000:AAAA"
            })
    void doesNotOpenDamagedText(String damaged) {
        assertThatExceptionOfType(TokenSealException.class)
                .isThrownBy(() -> TokenSeal.withKeys(K1).open(ACME, damaged))
                .withMessageContaining("organization acme")
                .satisfies(failure -> assertThat(failure.isRetryable()).isFalse());
    }

    @Test
    void doesNotOpenIfASingleBitIsFlipped() {
        TokenSeal seal = TokenSeal.withKeys(K1);
        String sealed = seal.seal(ACME, TOKEN);
        byte[] bytes = Base64.getUrlDecoder().decode(sealed.substring("ultramsg-sealed:k1:".length()));

        for (int at = 0; at < bytes.length; at++) {
            byte[] flipped = bytes.clone();
            flipped[at] ^= 1;
            String damaged = "ultramsg-sealed:k1:"
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(flipped);

            assertThatExceptionOfType(TokenSealException.class).isThrownBy(() -> seal.open(ACME, damaged));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "k1",
                "k1:",
                ":AAAA",
                "k1:secretsecret",
                "k1:c2VjcmV0",
                "k1:***secret***",
                "k 1:c2VjcmV0",
                "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U=:k1"
            })
    void refusesMalformedKeysWithoutRepeatingThem(String keys) {
        assertThatExceptionOfType(TokenSealException.class)
                .isThrownBy(() -> TokenSeal.withKeys(keys))
                .withMessageStartingWith("token key")
                .satisfies(TokenSealTest::revealsNothing);
    }

    @Test
    void refusesAKeyListThatEndsInACommaOrNamesAnIdTwice() {
        assertThatExceptionOfType(TokenSealException.class).isThrownBy(() -> TokenSeal.withKeys(K1 + ","));
        assertThatExceptionOfType(TokenSealException.class)
                .isThrownBy(() -> TokenSeal.withKeys(K1 + ",k1:" + key(2)))
                .withMessageContaining("key k1 is there twice")
                .satisfies(TokenSealTest::revealsNothing);
    }

    private static void revealsNothing(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            assertThat(each.toString()).doesNotContain("t0ken", "secret", "c2VjcmV0", key(1), key(2), key(9));
        }
    }
}
