package io.smartqueue.ultramsg.testkit.attack;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class QuotedTest {
    @Test
    void staysWithinItsQuotes() {
        assertThat(Quoted.name("a \"b\"")).isEqualTo("\"a \"\"b\"\"\"");
        assertThat(Quoted.value("it's")).isEqualTo("'it''s'");
        assertThat(Quoted.value("a\\' OR true")).isEqualTo(" E'a\\\\'' OR true'");
        assertThat(Quoted.value(null)).isEqualTo("NULL");
    }
}
