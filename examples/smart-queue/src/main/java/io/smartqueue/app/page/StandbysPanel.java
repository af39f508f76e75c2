package io.smartqueue.app.page;

import io.smartqueue.ultramsg.admin.StandbyView;
import io.smartqueue.ultramsg.organization.PhoneNumber;

import java.util.List;
import java.util.Map;

/**
 * The instances that stand by.
 *
 * @param rows in the order in which they are tried
 * @param errors what is wrong, by instance; of one that is to be added under {@code new}
 */
record StandbysPanel(List<Row> rows, Map<String, String> errors) {
    /** Where it is told what is wrong with a standby that is to be added. */
    static final String NEW = "new";

    /** One of them, without its token. */
    record Row(String instance, String maskedToken, String number, String status) {}

    StandbysPanel {
        rows = List.copyOf(rows);
        errors = Map.copyOf(errors);
    }

    static StandbysPanel of(List<StandbyView> standbys) {
        return new StandbysPanel(standbys.stream().map(StandbysPanel::row).toList(), Map.of());
    }

    private static Row row(StandbyView standby) {
        return new Row(
                standby.instance().value(),
                standby.maskedToken(),
                standby.businessNumber()
                        .map(PhoneNumber::e164)
                        .map(BusinessNumbers::formatted)
                        .orElse(""),
                standby.status().storedName());
    }

    StandbysPanel with(Map<String, String> wrong) {
        return new StandbysPanel(rows, wrong);
    }

    String error(String instance) {
        return errors.getOrDefault(instance, "");
    }

    /** Numbers are somebody's. */
    @Override
    public String toString() {
        return "StandbysPanel[" + rows.size() + "]";
    }
}
