package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.health.HealthStore;
import io.smartqueue.ultramsg.health.InstanceHealth;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** How instances were, in memory. Thread-safe: one lock for all, which is plenty for a test. */
final class InMemoryHealth implements HealthStore {
    private static final Set<InstanceStatus> WATCHED = EnumSet.of(InstanceStatus.ACTIVE, InstanceStatus.ERROR);

    private final InMemoryOrganizations organizations;
    private final Clock clock;
    private final Map<Watched, Check> checks = new HashMap<>();
    private final Lock lock = new ReentrantLock();

    InMemoryHealth(InMemoryOrganizations organizations, Clock clock) {
        this.organizations = organizations;
        this.clock = clock;
    }

    @Override
    public int enroll(Duration spread) {
        if (spread.isNegative()) {
            throw new IllegalArgumentException("spread is " + spread + ", it must be zero or more");
        }
        lock.lock();
        try {
            Set<Watched> now = watched();
            checks.keySet().retainAll(now);
            now.removeAll(checks.keySet());
            now.forEach(instance ->
                    checks.put(instance, new Check(null, clock.instant().plus(part(spread)))));
            return now.size();
        } finally {
            lock.unlock();
        }
    }

    private static Duration part(Duration spread) {
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(spread.toMillis() + 1));
    }

    @Override
    public List<DueCheck> takeDue(int most, Duration lease) {
        if (most < 1) {
            throw new IllegalArgumentException("most is " + most + ", it must be 1 or more");
        }
        requirePositive("lease", lease);
        lock.lock();
        try {
            Instant now = clock.instant();
            Set<Watched> watched = watched();
            List<Map.Entry<Watched, Check>> due = checks.entrySet().stream()
                    .filter(check -> !check.getValue().next().isAfter(now) && watched.contains(check.getKey()))
                    .sorted(Map.Entry.comparingByValue(Comparator.comparing(Check::next)))
                    .limit(most)
                    .toList();
            return due.stream()
                    .map(check -> take(check.getKey(), check.getValue().last(), now.plus(lease)))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    private DueCheck take(Watched instance, @Nullable InstanceHealth last, Instant until) {
        checks.put(instance, new Check(last, until));
        return new DueCheck(instance.organization(), instance.instance(), last);
    }

    @Override
    public boolean record(InstanceHealth health, Duration next, @Nullable InstanceStatus status) {
        requirePositive("next", next);
        if (status != null && !WATCHED.contains(status)) {
            throw new IllegalArgumentException("status is " + status + ", only active and error can be set");
        }
        Watched instance = new Watched(health.organization(), health.instance());
        @Nullable InstanceStatus before;
        lock.lock();
        try {
            before = organizations.instances(health.organization()).get(health.instance());
            if (before == null || !WATCHED.contains(before) || !checks.containsKey(instance)) {
                return false;
            }
            checks.put(instance, new Check(health, clock.instant().plus(next)));
        } finally {
            lock.unlock();
        }
        return status != null
                && status != before
                && organizations.moveStatus(instance.organization(), instance.instance(), before, status);
    }

    @Override
    public List<InstanceHealth> find(OrganizationId organization) {
        lock.lock();
        try {
            Set<Watched> watched = watched();
            return checks.entrySet().stream()
                    .filter(check ->
                            check.getKey().organization().equals(organization) && watched.contains(check.getKey()))
                    .flatMap(check -> Optional.ofNullable(check.getValue().last()).stream())
                    .sorted(Comparator.comparing(health -> health.instance().value()))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    private Set<Watched> watched() {
        Set<Watched> watched = new HashSet<>();
        for (OrganizationId organization : organizations.all()) {
            organizations.instances(organization).forEach((instance, status) -> {
                if (WATCHED.contains(status)) {
                    watched.add(new Watched(organization, instance));
                }
            });
        }
        return watched;
    }

    private static void requirePositive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " is " + duration + ", it must be more than zero");
        }
    }

    private record Watched(OrganizationId organization, InstanceId instance) {}

    private record Check(@Nullable InstanceHealth last, Instant next) {}
}
