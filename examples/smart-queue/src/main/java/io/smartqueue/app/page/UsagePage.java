package io.smartqueue.app.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.smartqueue.app.web.Frame;
import io.smartqueue.app.web.Guard;
import io.smartqueue.app.web.Problem;
import io.smartqueue.app.web.ProblemException;
import io.smartqueue.app.web.Routes;
import io.smartqueue.app.web.Views;
import io.smartqueue.app.web.Visit;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.quota.QuotaUsage;
import io.smartqueue.ultramsg.usage.RiskAction;
import io.smartqueue.ultramsg.usage.UsageCounts;
import io.smartqueue.ultramsg.usage.UsageDay;
import io.smartqueue.ultramsg.usage.UsageMeasure;
import io.smartqueue.ultramsg.usage.UsageToday;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What an organization has sent and received, by day, and how much of today's limit is used up. */
public final class UsagePage implements Routes {
    private static final int USUAL_DAYS = 30;
    private static final int MOST_DAYS = 366;
    private static final DateTimeFormatter SHORT = DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH);

    /** How many for a reason. */
    record Count(String what, long count) {}

    /** What was done on a day because many messages failed. */
    record Risk(String day, String what) {}

    /** How much of today's limit is used up. */
    record Limit(int used, int limit, String resetsAt) {
        boolean isReached() {
            return used >= limit;
        }
    }

    record View(
            Frame frame,
            String path,
            Standing standing,
            int days,
            Limit limit,
            BarChart chart,
            List<BarChart.Day> table,
            List<Count> totals,
            String usualTime,
            String slowTime,
            List<Count> rejected,
            List<Count> failed,
            List<Risk> risks) {
        boolean isNothing() {
            return totals.stream().allMatch(total -> total.count() == 0);
        }

        /** Newest first, as people look for it. */
        List<BarChart.Day> newestFirst() {
            List<BarChart.Day> reversed = new ArrayList<>(table);
            Collections.reverse(reversed);
            return reversed;
        }
    }

    private final UltraMessageInstanceManager whatsApp;
    private final Guard guard;

    public UsagePage(UltraMessageInstanceManager whatsApp, Guard guard) {
        this.whatsApp = whatsApp;
        this.guard = guard;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/organizations/{organization}/usage", this::show);
    }

    private void show(Context request) {
        Visit visit = guard.visit(request, Permission.VIEW);
        int count = days(request.queryParam("days"));
        UsageToday today =
                whatsApp.usage().today(visit.id()).orElseThrow(() -> new ProblemException(Problem.noAccess()));
        List<UsageDay> days = days(visit, today, count);
        UsageCounts total = UsageCounts.sum(days.stream().map(UsageDay::counts).toList());
        List<BarChart.Day> bars = days.stream().map(UsagePage::bar).toList();
        View view = new View(
                Frame.of("Usage", visit, "usage"),
                visit.organization().path() + "/usage",
                Standing.of(whatsApp, visit),
                count,
                limit(visit, today.quota()),
                BarChart.of(bars),
                bars,
                totals(total),
                millis(total, 50),
                millis(total, 99),
                most(total.rejectedBy()),
                most(total.failedBy()),
                risks(days));
        Views.show(request, "page/usage.jte", view);
    }

    private static int days(@Nullable String wanted) {
        if (wanted == null || !wanted.matches("[0-9]{1,3}")) {
            return USUAL_DAYS;
        }
        return Math.min(MOST_DAYS, Math.max(1, Integer.parseInt(wanted)));
    }

    /** The last of them with what this node has not written down yet. */
    private List<UsageDay> days(Visit visit, UsageToday today, int count) {
        LocalDate last = today.day().day();
        Stream<UsageDay> before = count == 1
                ? Stream.empty()
                : whatsApp.usage().report(visit.id(), last.minusDays(count - 1L), last.minusDays(1)).days().stream();
        return Stream.concat(before, Stream.of(today.day())).toList();
    }

    private static BarChart.Day bar(UsageDay day) {
        UsageCounts counts = day.counts();
        return new BarChart.Day(
                SHORT.format(day.day()),
                counts.count(UsageMeasure.ACCEPTED) + counts.count(UsageMeasure.FOUND_LATER),
                counts.count(UsageMeasure.DELIVERED),
                counts.count(UsageMeasure.READ),
                counts.count(UsageMeasure.FAILED));
    }

    private Limit limit(Visit visit, QuotaUsage quota) {
        return new Limit(
                quota.used(), quota.limit(), LocalTimes.of(whatsApp, visit.id()).dateTime(quota.resetsAt()));
    }

    private static List<Count> totals(UsageCounts total) {
        return List.of(
                new Count("accepted", total.count(UsageMeasure.ACCEPTED) + total.count(UsageMeasure.FOUND_LATER)),
                new Count("delivered", total.count(UsageMeasure.DELIVERED)),
                new Count("read", total.count(UsageMeasure.READ)),
                new Count("failed", total.count(UsageMeasure.FAILED)),
                new Count("rejected", total.count(UsageMeasure.REJECTED)),
                new Count("received", total.count(UsageMeasure.RECEIVED)));
    }

    private static String millis(UsageCounts total, double percentile) {
        Duration time = total.latencies().percentile(percentile);
        return total.latencies().count() == 0 ? "" : time.toMillis() + " ms";
    }

    private static <E extends Enum<E>> List<Count> most(Map<E, Long> counts) {
        return counts.entrySet().stream()
                .map(entry -> new Count(words(entry.getKey()), entry.getValue()))
                .sorted(Comparator.comparingLong(Count::count).reversed())
                .toList();
    }

    private static String words(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static List<Risk> risks(List<UsageDay> days) {
        List<Risk> risks = new ArrayList<>();
        for (UsageDay day : days) {
            day.riskActions().stream()
                    .sorted()
                    .forEach(action -> risks.add(new Risk(SHORT.format(day.day()), words(action))));
        }
        return risks;
    }

    private static String words(RiskAction action) {
        return switch (action) {
            case NOTICE -> "Many messages failed.";
            case SLOW -> "Many messages failed: the outbox leaves more time between two of them.";
            case PAUSE -> "Many messages failed: the outbox was paused. Find out why before you let it go on.";
        };
    }
}
