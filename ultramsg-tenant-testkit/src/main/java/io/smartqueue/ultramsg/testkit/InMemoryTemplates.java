package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.admin.Template;
import io.smartqueue.ultramsg.admin.TemplateName;
import io.smartqueue.ultramsg.admin.TemplateStore;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ConfigDraft;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Templates in memory. Thread-safe: all versions of a name are exchanged as a whole. */
final class InMemoryTemplates implements TemplateStore {
    private final Map<TemplateName, Versions> names = new ConcurrentHashMap<>();
    private final Clock clock;

    InMemoryTemplates(Clock clock) {
        this.clock = clock;
    }

    /** How many of the versions were there when the name was last deleted; the ones after them can be applied. */
    private record Versions(List<Template> all, int deleted) {
        Optional<Template> newest() {
            return all.size() > deleted ? Optional.of(all.get(all.size() - 1)) : Optional.empty();
        }

        Versions with(Template template) {
            List<Template> more = new ArrayList<>(all);
            more.add(template);
            return new Versions(List.copyOf(more), deleted);
        }
    }

    @Override
    public Template save(TemplateName name, ConfigDraft values, Actor.Operator operator) {
        List<Template> saved = new ArrayList<>();
        names.compute(name, (same, known) -> {
            Versions before = known == null ? new Versions(List.of(), 0) : known;
            saved.add(new Template(name, before.all().size() + 1L, values, clock.instant(), operator.name()));
            return before.with(saved.get(0));
        });
        return saved.get(0);
    }

    @Override
    public Optional<Template> find(TemplateName name) {
        return Optional.ofNullable(names.get(name)).flatMap(Versions::newest);
    }

    @Override
    public Optional<Template> find(TemplateName name, long version) {
        return Optional.ofNullable(names.get(name)).stream()
                .flatMap(versions -> versions.all().stream())
                .filter(template -> template.version() == version)
                .findFirst();
    }

    @Override
    public List<Template> list() {
        return names.values().stream()
                .flatMap(versions -> versions.newest().stream())
                .sorted(Comparator.comparing(template -> template.name().value()))
                .toList();
    }

    @Override
    public boolean delete(TemplateName name) {
        boolean[] wasThere = {false};
        names.computeIfPresent(name, (same, versions) -> {
            wasThere[0] = versions.newest().isPresent();
            return new Versions(versions.all(), versions.all().size());
        });
        return wasThere[0];
    }
}
