package io.smartqueue.ultramsg.testkit.attack;

import io.smartqueue.ultramsg.testkit.attack.RestrictedMember.Guarded;
import io.smartqueue.ultramsg.testkit.attack.RlsAttack.PoolUse;
import io.smartqueue.ultramsg.testkit.attack.RlsReport.Attack;
import io.smartqueue.ultramsg.testkit.attack.RlsReport.Leak;
import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One run of an attack, from the look into the catalog to the report. */
final class AttackRun {
    private final RlsAttack attack;
    private final Notebook notebook = new Notebook();
    private Reach reach = new Reach(List.of(), List.of());
    private Telltales telltales = new Telltales(Set.of());

    /** What there is for a role. */
    private record Reach(List<Relation> relations, List<Routine> routines) {}

    AttackRun(RlsAttack attack) {
        this.attack = attack;
    }

    RlsReport run() throws SQLException {
        try (Observer observer = new Observer(attack.observe())) {
            reach = discover(attack.tenantRole());
            attack.excepted().forEach((name, why) -> notebook.untried(name, "left out: " + why));
            List<Relation> relations = reach.relations();
            telltales = observer.telltales(relations, attack.victim());
            Map<String, String> before = observer.fingerprints(relations, attack.victim());
            try (Connection connection = attack.serve();
                    Session session = new Session(
                            connection, attack.entry(), attack.tenantSetting(), attack.victim(), notebook)) {
                attackAll(observer, session);
            }
            Map<String, String> after = observer.fingerprints(relations, attack.victim());
            before.forEach((relation, fingerprint) -> {
                if (!fingerprint.equals(after.get(relation))) {
                    notebook.leaked(
                            Attack.AFTERWARDS, relation, "any of them", Leak.ROWS_CHANGED, "it outlived a rollback");
                }
            });
        }
        usePool();
        askHosts();
        return notebook.report("schema " + attack.schema() + ", role " + attack.tenantRole());
    }

    private Reach discover(String role) throws SQLException {
        try (Connection connection = attack.observe()) {
            Catalog catalog = new Catalog(connection, attack.schema(), role);
            if (!catalog.hasRole()) {
                throw new IllegalStateException("there is no role " + role);
            }
            List<Relation> relations = catalog.relations(attack.keys(), attack.usualKey());
            if (relations.isEmpty()) {
                throw new IllegalStateException("there is nothing in schema " + attack.schema());
            }
            List<Routine> routines = catalog.routines();
            relations.removeIf(relation -> attack.excepted().containsKey(relation.name()));
            routines.removeIf(routine -> attack.excepted().containsKey(routine.name()));
            return new Reach(relations, routines);
        }
    }

    private void attackAll(Observer observer, Session session) throws SQLException {
        Targets targets = new Targets(observer, attack.victim());
        Set<String> keyTypes = keyTypes();
        Arguments arguments = new Arguments(attack.arguments(), keyColumns(), keyTypes);
        for (Relation relation : reach.relations()) {
            if (relation.isTable() && relation.key() != null) {
                arguments.learn(targets.row(relation));
            }
        }
        SettingTexts texts = new SettingTexts(attack.victim(), attack.attacker(), keyTypes);
        RoutineAttack.Keys keys =
                new RoutineAttack.Keys(attack.victim(), attack.attacker(), texts.nobody(1), texts.nobody(2));
        RoutineAttack routines = new RoutineAttack(session, notebook, arguments, telltales, keys);

        // first the one that must not have set anything on this connection before
        List<Scope> scopes = new ArrayList<>(List.of(
                Scope.of(Attack.NO_TENANT, null),
                Scope.of(Attack.WRONG_TENANT, attack.attacker()),
                Scope.of(Attack.EMPTY_SETTING, ""),
                Scope.of(Attack.STALE_SETTING, attack.deleted() != null ? attack.deleted() : texts.nobody(3)),
                Scope.of(Attack.LEFT_BEHIND, attack.attacker())));
        texts.malformed().forEach(text -> scopes.add(Scope.of(Attack.MALFORMED_SETTING, text)));
        for (Scope scope : scopes) {
            boolean calls = scope.attack() != Attack.MALFORMED_SETTING || texts.isEnoughForCalls(scope.organization());
            attack(scope, calls ? reach : new Reach(reach.relations(), List.of()), targets, session, routines);
        }
        @Nullable RestrictedMember member = attack.member();
        if (member != null) {
            Scope scope = new Scope(Attack.MEMBER, attack.attacker(), member);
            Reach few = discover(member.role());
            attack(scope, few, targets, session, routines);
            attackAsMember(scope, few, member, observer, session, routines);
        }
        lookWhetherItCouldHaveLeaked(observer, session, routines);
    }

    private void attack(Scope scope, Reach seen, Targets targets, Session session, RoutineAttack routines)
            throws SQLException {
        for (Relation relation : seen.relations()) {
            read(session, scope, relation);
            if (relation.key() != null) {
                attack(scope, targets.of(scope, relation), session);
            }
        }
        for (Routine routine : seen.routines()) {
            routines.attack(scope, routine);
        }
    }

    private Set<String> keyColumns() {
        return reach.relations().stream()
                .map(Relation::key)
                .flatMap(Stream::ofNullable)
                .collect(Collectors.toSet());
    }

    /** The types of keys, as parameters have them: without a length. */
    private Set<String> keyTypes() {
        Set<String> types = reach.relations().stream()
                .filter(Relation::isTable)
                .flatMap(relation -> relation.columns().stream()
                        .filter(column -> column.name().equals(relation.key())))
                .map(column -> column.type().replaceFirst("\\(.*\\)$", ""))
                .collect(Collectors.toCollection(HashSet::new));
        if (types.contains("text") || types.contains("character varying")) {
            types.addAll(Set.of("text", "character varying"));
        }
        return types;
    }

    private void attack(Scope scope, Target target, Session session) throws SQLException {
        List<Shape> shapes = new ArrayList<>(Reading.simple(target));
        shapes.addAll(Writing.simple(target));
        if (scope.attack() != Attack.MALFORMED_SETTING) {
            shapes.addAll(Reading.thorough(target));
            shapes.addAll(Writing.thorough(target));
            shapes.addAll(Probing.shapes(target, keyed()));
        }
        for (Shape shape : shapes) {
            Outcome outcome = session.attempt(scope, shape.sql());
            found(scope, target.relation(), shape.name(), shape.judge().apply(outcome));
        }
        if (scope.attack() == Attack.WRONG_TENANT) {
            Shape prepared = Reading.simple(target).get(0);
            Outcome outcome = session.attemptPrepared(scope, prepared.sql());
            found(
                    scope,
                    target.relation(),
                    "statement prepared for the victim",
                    prepared.judge().apply(outcome));
        }
    }

    /** Looks for the victim's texts in all that there is to read, whether a column says whose it is or not. */
    private void read(Session session, Scope scope, Relation relation) throws SQLException {
        String all = "SELECT t::text FROM " + relation.qualified() + " AS t";
        if (telltales.areIn(session.attempt(scope, all), all + scope.organization())) {
            found(scope, relation, "SELECT", Leak.ROWS_SEEN);
        }
        if (scope.attack() != Attack.NO_TENANT && scope.attack() != Attack.WRONG_TENANT) {
            return; // it is the same query
        }
        String copy = "COPY (" + all + ") TO STDOUT";
        @Nullable Outcome copied = session.attemptCopy(scope, copy);
        if (copied == null) {
            notebook.untried("COPY TO STDOUT", "only PostgreSQL's own JDBC driver can read it");
        } else if (telltales.areIn(copied, copy + scope.organization())) {
            found(scope, relation, "COPY TO STDOUT", Leak.ROWS_SEEN);
        }
    }

    private void found(Scope scope, Relation relation, String shape, @Nullable Leak leak) {
        if (leak != null) {
            notebook.leaked(scope.attack(), relation.name(), shape, leak, relation.because());
        }
    }

    private Set<String> keyed() {
        return reach.relations().stream()
                .filter(relation -> relation.key() != null)
                .map(Relation::name)
                .collect(Collectors.toSet());
    }

    private void attackAsMember(
            Scope scope,
            Reach seen,
            RestrictedMember member,
            Observer observer,
            Session session,
            RoutineAttack routines)
            throws SQLException {
        MemberAttack own = new MemberAttack(session, notebook, scope);
        for (Guarded guarded : member.unreadable()) {
            Relation table = guarded(guarded, seen);
            Telltales secrets = observer.secrets(table, guarded.column(), attack.attacker());
            if (secrets.texts().isEmpty()) {
                notebook.blind(guarded.toString(), "the attacker has no text there to be recognized by");
            }
            own.read(guarded, table, secrets);
            for (Relation other : seen.relations()) {
                own.search(guarded, other, secrets);
            }
            for (Routine routine : seen.routines()) {
                routines.look(scope, routine, secrets, guarded.toString());
            }
        }
        for (Guarded guarded : member.unchangeable()) {
            Relation table = guarded(guarded, seen);
            own.change(guarded, table, observer.row(table, attack.attacker()));
        }
    }

    private static Relation guarded(Guarded guarded, Reach seen) {
        return seen.relations().stream()
                .filter(relation -> relation.name().equals(guarded.table()) && relation.key() != null)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no table " + guarded.table() + " with a key"));
    }

    /** An attack on nothing, or by a way in that leads nowhere, would look like one that was fended off. */
    private void lookWhetherItCouldHaveLeaked(Observer observer, Session session, RoutineAttack routines)
            throws SQLException {
        boolean entered = false;
        for (Relation relation : reach.relations()) {
            boolean isKeyed = relation.isTable() && relation.key() != null;
            boolean isThere =
                    isKeyed ? observer.count(relation, attack.victim()) > 0 : observer.shows(relation, telltales);
            if (relation.isReachable() && !isThere && (isKeyed || !relation.isTable())) {
                notebook.blind(relation.name(), "holds nothing of the victim's");
            } else if (relation.isReachable() && !isKeyed && relation.isTable()) {
                notebook.blind(relation.name(), "no column tells whose a row is");
            }
            if (isKeyed) {
                String own = "SELECT count(*) FROM " + relation.qualified() + " WHERE " + relation.quotedKey() + " = "
                        + Quoted.value(attack.victim());
                entered |= session.control(own).number() > 0;
            }
        }
        if (!entered) {
            notebook.blind(attack.tenantRole(), "shows the victim none of its own rows, so it is no way in at all");
        }
        for (Routine routine : reach.routines()) {
            routines.control(routine);
        }
    }

    private void usePool() throws SQLException {
        @Nullable RestrictedMember member = attack.member();
        PoolCheck pool = new PoolCheck(
                attack.service(),
                member == null ? List.of(attack.tenantSetting()) : List.of(attack.tenantSetting(), member.setting()),
                notebook);
        pool.enter(attack.entry(), attack.victim());
        @Nullable PoolUse use = attack.poolUse();
        if (use == null) {
            notebook.untried("pool", "no use of it was given");
            return;
        }
        for (int i = 0; i < use.times(); i++) {
            try {
                use.use().run();
            } catch (SQLException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("the pool's use failed", e);
            }
        }
        pool.look(use.connections(), "the service's own use");
    }

    private void askHosts() {
        if (attack.hosts().isEmpty()) {
            notebook.untried("host", "no statements of its own were given");
        }
        for (HostSnapshot host : attack.hosts()) {
            for (int i = 0; i < host.size(); i++) {
                notebook.tried(Attack.HOST);
            }
            for (String changed : host.changed()) {
                notebook.leaked(
                        Attack.HOST, "host", changed, Leak.HOST_DISTURBED, "it answers in another way than before");
            }
        }
    }
}
