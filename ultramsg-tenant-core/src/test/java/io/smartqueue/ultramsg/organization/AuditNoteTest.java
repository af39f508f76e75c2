package io.smartqueue.ultramsg.organization;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class AuditNoteTest {
    private static final ChangeOrigin ORIGIN = ChangeOrigin.of("template", "bakeries", "roll-out-1");

    @Test
    void saysWhoDoesWhat() {
        AuditNote plain = AuditNote.by(Actor.member("anna"));
        AuditNote full =
                plain.action(ConfigAction.ACTIVATED).finding("connected").origin(ORIGIN.version(3));

        assertThat(plain.action()).isEqualTo(ConfigAction.UPDATED);
        assertThat(plain.finding()).isEmpty();
        assertThat(plain.origin()).isEmpty();
        assertThat(full.actor()).isEqualTo(Actor.member("anna"));
        assertThat(full.action()).isEqualTo(ConfigAction.ACTIVATED);
        assertThat(full.finding()).contains("connected");
        assertThat(full.origin()).contains(new ChangeOrigin("template", "bakeries", 3L, "roll-out-1"));
        assertThat(full).isNotEqualTo(plain).hasToString("AuditNote[activated by anna]");
    }

    @ParameterizedTest
    @EnumSource(ConfigAction.class)
    void knowsEveryActionByItsCode(ConfigAction action) {
        assertThat(ConfigAction.find(action.code())).contains(action);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Template", "a b", "1", "<script>", "a-kind-that-is-longer-than-32-characters"})
    void refusesKindsThatAreNoNames(String kind) {
        assertThatIllegalArgumentException().isThrownBy(() -> ChangeOrigin.of(kind, "bakeries", "1"));
    }

    @Test
    void refusesNamesAndRollOutsThatCannotBeKept() {
        assertThatIllegalArgumentException().isThrownBy(() -> ChangeOrigin.of("template", " ", "1"));
        assertThatIllegalArgumentException().isThrownBy(() -> ChangeOrigin.of("template", "a\u0000b", "1"));
        assertThatIllegalArgumentException().isThrownBy(() -> ChangeOrigin.of("template", "a".repeat(256), "1"));
        assertThatIllegalArgumentException().isThrownBy(() -> ChangeOrigin.of("template", "a", "1".repeat(65)));
    }

    @Test
    void printsNoValuesOfFields() {
        AuditEntry entry = new AuditEntry(
                1,
                Instant.EPOCH,
                AuditNote.by(Actor.operator("a test")),
                List.of(new FieldChange(ConfigField.BUSINESS_NUMBER, null, "+4930901820")),
                1);

        assertThat(entry.toString()).contains("business_number").doesNotContain("901820");
    }
}
