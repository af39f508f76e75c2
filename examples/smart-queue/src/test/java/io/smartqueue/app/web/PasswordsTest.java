package io.smartqueue.app.web;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PasswordsTest {
    @Test
    void matchesTheSamePasswordAndNoOther() {
        String stored = Passwords.known().stored("corr\u00e9ct horse");

        assertThat(Passwords.matches("corr\u00e9ct horse", stored)).isTrue();
        assertThat(Passwords.matches("correct horse", stored)).isFalse();
        assertThat(Passwords.matches("", stored)).isFalse();
    }

    @Test
    void storesTheSamePasswordInAnotherWayEachTime() {
        assertThat(Passwords.known().stored("same"))
                .isNotEqualTo(Passwords.known().stored("same"))
                .doesNotContain("same");
    }

    @Test
    void takesManyRoundsForPasswordsThatAreSecret() {
        assertThat(Passwords.secret().stored("secret")).startsWith("600000:");
    }
}
