package io.smartqueue.ultramsg.quickstart;

import io.smartqueue.ultramsg.TenantStore;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.event.RiskFound;
import io.smartqueue.ultramsg.event.UltraMessageListener;
import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.usage.RiskRule;
import io.smartqueue.ultramsg.usage.UsageCounts;
import io.smartqueue.ultramsg.usage.UsageDay;
import io.smartqueue.ultramsg.usage.UsageMeasure;
import io.smartqueue.ultramsg.usage.UsageRank;
import io.smartqueue.ultramsg.usage.UsageReport;
import io.smartqueue.ultramsg.usage.UsageToday;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Java that docs/usage.md shows; {@link UsagePageTest} compares the two. Not run. */
final class UsageSnippets {
    private UsageSnippets() {}

    static void report(UltraMessageInstanceManager whatsApp, OrganizationId acme) {
        // docs: begin
        UsageReport november = whatsApp.usage().report(acme, LocalDate.of(2026, 11, 1), LocalDate.of(2026, 11, 30));
        for (UsageDay day : november.days()) { // all thirty, also those without anything
            System.out.println(day.day() + ": " + day.counts().count(UsageMeasure.DELIVERED) + " delivered");
        }
        UsageCounts total = november.total();
        Map<RejectionReason, Long> whyNot = total.rejectedBy();
        Duration usual = total.latencies().percentile(50);
        Duration slow = total.latencies().percentile(99); // of all of the month's sends, no mean of means
        // docs: end
    }

    static void today(UltraMessageInstanceManager whatsApp, OrganizationId acme) {
        // docs: begin
        UsageToday today = whatsApp.usage().today(acme).orElseThrow();
        System.out.println(today.quota().used() + " of " + today.quota().limit() + " used");
        UsageCounts counts = today.day().counts();
        System.out.println(counts.failedShare() + " failed, of " + counts.fatesKnown() + " that are known");
        System.out.println(counts.failedShare(DeliveryState.INVALID) + " to numbers that are not on WhatsApp");
        System.out.println("done about it: " + today.day().riskActions());
        // docs: end
    }

    static List<UsageRank> top(UltraMessageInstanceManager whatsApp, LocalDate from, LocalDate to) {
        // docs: begin
        List<UsageRank> most = whatsApp.usage().top(Actor.operator("ops"), from, to, UsageMeasure.ACCEPTED, 20);
        // docs: end
        return most;
    }

    static UltraMessageInstanceManager rules(TenantStore store, Consumer<String> operators) {
        // docs: begin
        var whatsApp = UltraMessageInstanceManager.builder(store)
                .riskRule(RiskRule.notice(0.05, 50)) // 5 of 100, once the fate of 50 is known
                .riskRule(RiskRule.slow(0.1, 50, Duration.ofSeconds(30)))
                .riskRule(RiskRule.pause(0.3, 50))
                .listener(new UltraMessageListener() {
                    @Override
                    public void riskFound(RiskFound event) {
                        operators.accept(event.organization() + ": " + event.rule());
                    }
                })
                .build();
        // docs: end
        return whatsApp;
    }
}
