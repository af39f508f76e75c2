package io.smartqueue.ultramsg.testkit.attack;

import io.smartqueue.ultramsg.testkit.attack.Routine.Parameter;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class RoutineTest {
    private static final Parameter REQUIRED = new Parameter("p_key", "text", false);
    private static final Parameter OPTIONAL = new Parameter("p_at", "date", true);

    @Test
    void isCalledByTheNamesOfWhatItMustHave() {
        assertThat(routine(REQUIRED, OPTIONAL).call(-1, parameter -> "1"))
                .isEqualTo("SELECT * FROM \"app\".\"of\"(\"p_key\" => 1)");
        assertThat(routine(REQUIRED, OPTIONAL).call(1, Parameter::type))
                .isEqualTo("SELECT * FROM \"app\".\"of\"(\"p_key\" => text, \"p_at\" => date)");
    }

    @Test
    void isCalledByPlacesWhereNamesAreMissing() {
        Parameter nameless = new Parameter("", "date", true);

        assertThat(routine(REQUIRED, nameless, nameless).call(2, Parameter::type))
                .isEqualTo("SELECT * FROM \"app\".\"of\"(text, date, date)");
        assertThat(routine(REQUIRED, nameless).call(-1, Parameter::type))
                .isEqualTo("SELECT * FROM \"app\".\"of\"(text)");
    }

    @Test
    void mayBeAProcedure() {
        assertThat(new Routine("app", "do", true, false, "", List.of()).call(-1, Parameter::type))
                .isEqualTo("CALL \"app\".\"do\"()");
    }

    private static Routine routine(Parameter... parameters) {
        return new Routine("app", "of", false, false, "", List.of(parameters));
    }
}
