package io.smartqueue.app.page;

import io.smartqueue.ultramsg.admin.ConfigView;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.LastTest;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;

/**
 * How an organization stands, and what may be done about it.
 *
 * @param status its stored name, or {@code not set up}
 * @param meaning what that means for messages
 * @param lastTest what the last test before saving found and when; empty if there was none
 * @param problems why what is stored cannot be used
 */
record StatusPanel(String status, String meaning, String lastTest, List<String> problems) {
    private static final String NOT_SET_UP = "not set up";

    static StatusPanel of(ConfigView config) {
        ConfigDraft fields = config.fields();
        if (!fields.namesInstance()) {
            return new StatusPanel(NOT_SET_UP, "Enter instance ID and token to begin.", "", List.of());
        }
        String status = fields.status().orElse(InstanceStatus.INACTIVE.storedName());
        return new StatusPanel(
                status,
                meaning(status),
                fields.lastTest().map(test -> said(test, fields)).orElse(""),
                config.problems().stream().map(StatusPanel::said).toList());
    }

    private static String meaning(String status) {
        return InstanceStatus.find(status)
                .map(known -> switch (known) {
                    case ACTIVE -> "Messages are sent.";
                    case INACTIVE -> "Nothing is sent. Activate it when it is ready.";
                    case SUSPENDED -> "Nothing is sent until somebody activates it.";
                    case ERROR -> "Nothing is sent: checks have failed. Test the connection to see why.";
                    case TESTING -> "Nothing is sent while it is being tested.";
                })
                .orElse("Nothing is sent: this status is unknown.");
    }

    private static String said(LastTest test, ConfigDraft fields) {
        return "Last test: " + test.finding().replace('_', ' ') + ", " + moment(test.at(), zone(fields));
    }

    private static String said(ConfigProblem problem) {
        return DetailsForm.label(problem.field()) + " " + problem.message();
    }

    /** The organization's own time, as long as its zone can be read. */
    static ZoneId zone(ConfigDraft fields) {
        try {
            return ZoneId.of(fields.timeZone().filter(zone -> !zone.isBlank()).orElse("UTC"));
        } catch (DateTimeException unknown) {
            return ZoneOffset.UTC;
        }
    }

    static String moment(Instant at, ZoneId zone) {
        return LocalTimes.in(zone).dateTime(at) + " " + zone.getId();
    }

    boolean isSetUp() {
        return !status.equals(NOT_SET_UP);
    }

    boolean isActive() {
        return status.equals(InstanceStatus.ACTIVE.storedName());
    }

    boolean isSuspended() {
        return status.equals(InstanceStatus.SUSPENDED.storedName());
    }
}
