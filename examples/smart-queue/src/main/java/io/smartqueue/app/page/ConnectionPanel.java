package io.smartqueue.app.page;

import io.smartqueue.app.web.Problem;
import io.smartqueue.ultramsg.connection.ConnectionFinding;
import io.smartqueue.ultramsg.connection.UltraMessageTestResult;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import io.smartqueue.ultramsg.quota.QuotaUsage;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * What a test of the connection has found, and what to do.
 *
 * @param finding a name that stays; empty if UltraMsg was not asked
 * @param title what was found, in a few words
 * @param explanation the same in sentences, and what to do next
 * @param lines what else is known: account, number, use
 */
record ConnectionPanel(Mood mood, String finding, String title, String explanation, List<Line> lines) {
    /** How it looks. */
    enum Mood {
        GOOD,
        BAD,
        /** It works, or may soon: there is something to do. */
        WARNING
    }

    record Line(String name, String value) {}

    static ConnectionPanel of(UltraMessageTestResult result, ZoneId zone) {
        return new ConnectionPanel(
                mood(result), result.finding().code(), title(result), result.explanation(), lines(result, zone));
    }

    static ConnectionPanel refused(Problem problem) {
        return new ConnectionPanel(
                Mood.WARNING, "", problem.title(), "Nothing was tested: " + problem.detail() + ".", List.of());
    }

    private static Mood mood(UltraMessageTestResult result) {
        if (result.isSuccess()) {
            return result.isDailyLimitReached() || result.finding() == ConnectionFinding.PROVIDER_LIMIT_REACHED
                    ? Mood.WARNING
                    : Mood.GOOD;
        }
        return result.finding().provesCredentials() ? Mood.WARNING : Mood.BAD;
    }

    private static String title(UltraMessageTestResult result) {
        if (result.isSuccess() && result.isDailyLimitReached()) {
            return "It works; today's limit is reached";
        }
        return switch (result.finding()) {
            case CONNECTED -> "It works";
            case PROVIDER_LIMIT_REACHED -> "It works; UltraMsg's own limit is reached";
            case WAITING_FOR_QR_SCAN -> "Waiting for a scan of the QR code";
            case STANDBY -> "Linked, but idle";
            case CONNECTING -> "Still connecting";
            case WRONG_TOKEN -> "The token is wrong";
            case INSTANCE_NOT_FOUND -> "There is no such instance";
            case INSTANCE_STOPPED -> "The instance is stopped";
            case UNREACHABLE -> "UltraMsg does not answer";
            case NOT_ULTRAMSG -> "This is not UltraMsg";
            case PROVIDER_ERROR -> "UltraMsg reports an error";
            case NO_SUCH_ORGANIZATION -> "There is no such organization";
            case INVALID_CONFIGURATION -> "Something has to be corrected first";
        };
    }

    private static List<Line> lines(UltraMessageTestResult result, ZoneId zone) {
        List<Line> lines = new ArrayList<>();
        result.accountStatus().ifPresent(status -> lines.add(new Line("Instance", status.status())));
        result.account().ifPresent(account -> {
            lines.add(new Line("Account", account.name()));
            account.number()
                    .map(PhoneNumber::e164)
                    .map(BusinessNumbers::formatted)
                    .ifPresent(number -> lines.add(new Line("Number", number)));
        });
        switch (result.businessNumber()) {
            case SAME -> lines.add(new Line("Business number", "the same"));
            case DIFFERENT -> lines.add(new Line("Business number", "another one: correct one of them"));
            case NOT_SET -> lines.add(new Line("Business number", "not entered yet"));
            case NOT_KNOWN -> {} // without an account there is nothing to compare
        }
        result.quota().ifPresent(quota -> lines.add(new Line("Today", used(quota, zone))));
        if (!result.responseTime().isZero()) {
            lines.add(new Line("Answered in", result.responseTime().toMillis() + " ms"));
        }
        return List.copyOf(lines);
    }

    private static String used(QuotaUsage quota, ZoneId zone) {
        String used = quota.used() + " of " + quota.limit() + " messages used";
        return quota.isExhausted() ? used + ", again from " + StatusPanel.moment(quota.resetsAt(), zone) : used;
    }

    boolean isWaitingForScan() {
        return finding.equals(ConnectionFinding.WAITING_FOR_QR_SCAN.code());
    }

    /** What was found may be the name or number of somebody. */
    @Override
    public String toString() {
        return "ConnectionPanel[" + mood + ", " + finding + "]";
    }
}
