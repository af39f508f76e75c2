package io.smartqueue.ultramsg.testkit.attack;

import io.smartqueue.ultramsg.testkit.attack.RlsReport.Attack;
import io.smartqueue.ultramsg.testkit.attack.RlsReport.Finding;
import io.smartqueue.ultramsg.testkit.attack.RlsReport.Leak;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RlsReportTest {
    private final Notebook notebook = new Notebook();

    @Test
    void saysInOneTextWhatLeakedWhatWasTriedAndWhatWasNot() {
        notebook.tried(Attack.WRONG_TENANT);
        notebook.tried(Attack.NO_TENANT);
        notebook.tried(Attack.WRONG_TENANT);
        notebook.leaked(Attack.WRONG_TENANT, "notes", "SELECT by key", Leak.ROWS_SEEN, "row-level security is off");
        notebook.blind("drafts", "holds nothing of the victim's");
        notebook.untried("pool", "no use of it was given");

        assertThat(notebook.report("schema app, role tenant").describe()).isEqualTo("""
                row-level security of schema app, role tenant: 1 leaks, 1 blind spots, 3 statements tried
                  leaks
                    notes: rows seen as the wrong tenant, by SELECT by key (row-level security is off)
                  proves nothing about
                    drafts: holds nothing of the victim's
                  statements tried
                    with no tenant: 1
                    as the wrong tenant: 2
                  not tried
                    pool: no use of it was given""");
    }

    @Test
    void tellsOfEachLeakOnce() {
        for (int i = 0; i < 2; i++) {
            notebook.leaked(Attack.NO_TENANT, "notes", "MERGE", Leak.ROWS_CHANGED, "no policy keeps it");
        }

        assertThat(notebook.report("all").findings())
                .containsExactly(
                        new Finding(Attack.NO_TENANT, "notes", "MERGE", Leak.ROWS_CHANGED, "no policy keeps it"));
    }

    @Test
    void failsForALeakAndForABlindSpotAlone() {
        RlsReport clean = notebook.report("all");
        assertThat(clean.assertNothingLeaks()).isSameAs(clean);

        notebook.untried("pool", "no use of it was given");
        notebook.report("all").assertNothingLeaks();

        notebook.blind("drafts", "holds nothing of the victim's");
        RlsReport blind = notebook.report("all");
        assertThatThrownBy(blind::assertNothingLeaks)
                .isInstanceOf(AssertionError.class)
                .hasMessage(blind.describe());
    }
}
