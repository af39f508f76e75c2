package io.smartqueue.ultramsg.testkit.attack;

import io.smartqueue.ultramsg.testkit.attack.RlsReport.Attack;
import io.smartqueue.ultramsg.testkit.attack.RlsReport.Finding;
import io.smartqueue.ultramsg.testkit.attack.RlsReport.Leak;
import io.smartqueue.ultramsg.testkit.attack.RlsReport.Untried;

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is written down while an attack goes on. */
final class Notebook {
    private final Set<Finding> findings = new LinkedHashSet<>();
    private final Map<Attack, Integer> tried = new EnumMap<>(Attack.class);
    private final Set<Untried> blindSpots = new LinkedHashSet<>();
    private final Set<Untried> untried = new LinkedHashSet<>();

    void tried(Attack attack) {
        tried.merge(attack, 1, Integer::sum);
    }

    void leaked(Attack attack, String target, String shape, Leak leak, String because) {
        findings.add(new Finding(attack, target, shape, leak, because));
    }

    void blind(String target, String why) {
        blindSpots.add(new Untried(target, why));
    }

    void untried(String target, String why) {
        untried.add(new Untried(target, why));
    }

    RlsReport report(String setting) {
        return new RlsReport(setting, List.copyOf(findings), tried, List.copyOf(blindSpots), List.copyOf(untried));
    }
}
