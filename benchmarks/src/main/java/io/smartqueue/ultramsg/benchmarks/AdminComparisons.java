package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What members do to configuration, under row-level security, beside the same by hand. */
final class AdminComparisons {
    private static final int THREADS = 8;

    /** Of each organization's history, which is one page then. */
    private static final int ENTRIES = 20;

    private static final String EMPTY = "truncate ultramsg_config_audit, bare.audit";
    private static final String OUR_ENTRIES = """
            insert into ultramsg_config_audit (organization_id, recorded_at, actor_kind, actor, action, changes, version)
            select id, now(), 'member', '%s', 'updated',
                '[{"field": "daily_limit", "before": "1000", "after": "2000"}]', version
            from generate_series(1, %d) as version, generate_series(1, %d) as id""".formatted(TenantDatabase.ADMIN, ENTRIES, Organizations.COUNT);
    private static final String BARE_ENTRIES = """
            insert into bare.audit (organization_id, actor, field, before, after, version)
            select id, '%s', 'daily_limit', '1000', '2000', version
            from generate_series(1, %d) as version, generate_series(1, %d) as id""".formatted(TenantDatabase.ADMIN, ENTRIES, Organizations.COUNT);

    private AdminComparisons() {}

    static Comparison view(Servers servers, Opened opened) throws Exception {
        return viewBy(TenantDatabase.ADMIN, servers, opened);
    }

    /** Who sees neither token nor limit. */
    static Comparison viewOfEmployee(Servers servers, Opened opened) throws Exception {
        return viewBy(TenantDatabase.EMPLOYEE, servers, opened);
    }

    private static Comparison viewBy(String member, Servers servers, Opened opened) throws Exception {
        BareAdministration bare = bare(servers, opened);
        UltraMessageInstanceManager manager = manager(servers, opened);

        return Comparison.of(
                        "administration(…).config",
                        () -> manager.administration(Actor.member(member))
                                .config(Organizations.any())
                                .orElseThrow(),
                        "SELECT of the role, SELECT",
                        () -> bare.view(Organizations.anyKey(), member))
                .threads(THREADS);
    }

    /**
     * Both sides take the organizations in turns, from one queue: nobody changes one that somebody else is changing, and each knows which
     * version he changes, as a person does who was shown it.
     */
    static Comparison update(Servers servers, Opened opened) throws Exception {
        TenantDatabase database = servers.database();
        BareAdministration bare = bare(servers, opened);
        opened.add(
                () -> database.execute("update organizations set daily_message_limit = " + Organizations.DAILY_LIMIT));
        UltraMessageInstanceManager manager = manager(servers, opened);
        Queue<Shown> shown = new ConcurrentLinkedQueue<>(database.rows(
                "select id, ultramsg_config_version, daily_message_limit from organizations where id <= "
                        + Organizations.COUNT,
                row -> new Shown(row.getLong(1), row.getLong(2), row.getInt(3))));

        return Comparison.of(
                        "administration(…).update",
                        () -> {
                            Shown each = shown.remove();
                            require(manager.administration(Actor.member(TenantDatabase.ADMIN))
                                    .update(
                                            OrganizationId.of(each.id()),
                                            ConfigDraft.builder()
                                                    .version(each.version())
                                                    .dailyLimit(each.otherLimit())
                                                    .build(),
                                            Verification.SAVE_UNTESTED)
                                    .isSaved());
                            return shown.add(each.changed());
                        },
                        "SELECT of the role, UPDATE, INSERT",
                        () -> {
                            Shown each = shown.remove();
                            bare.update(
                                    each.id(), TenantDatabase.ADMIN, each.version(), each.limit(), each.otherLimit());
                            return shown.add(each.changed());
                        })
                .threads(THREADS);
    }

    static Comparison history(Servers servers, Opened opened) throws Exception {
        BareAdministration bare = bare(servers, opened);
        UltraMessageInstanceManager manager = manager(servers, opened);
        servers.database()
                .execute(
                        OUR_ENTRIES, BARE_ENTRIES, "vacuum analyze ultramsg_config_audit", "vacuum analyze bare.audit");

        return Comparison.of(
                        "administration(…).history",
                        () -> require(manager.administration(Actor.member(TenantDatabase.ADMIN))
                                        .history(Organizations.any())
                                        .toList()
                                        .size()
                                == ENTRIES),
                        "SELECT of the role, SELECT",
                        () -> require(bare.history(Organizations.anyKey(), TenantDatabase.ADMIN)
                                        .size()
                                == ENTRIES))
                .threads(THREADS);
    }

    private static UltraMessageInstanceManager manager(Servers servers, Opened opened) throws Exception {
        TenantDatabase database = servers.database();
        return opened.add(SendComparisons.manager(opened.add(database.store(opened.add(database.servingPool())))));
    }

    private static BareAdministration bare(Servers servers, Opened opened) throws Exception {
        TenantDatabase database = servers.database();
        BareAdministration bare = new BareAdministration(opened.add(database.barePool()));
        database.execute(EMPTY);
        opened.add(() -> database.execute(EMPTY)); // what others find is theirs
        return bare;
    }

    private static boolean require(boolean done) {
        if (!done) {
            throw new IllegalStateException("it was not done");
        }
        return true;
    }

    /** What an admin was shown of an organization. */
    private record Shown(long id, long version, int limit) {
        /** Another one each time, since what changes nothing raises no version. */
        int otherLimit() {
            return limit == Organizations.DAILY_LIMIT ? limit - 1 : Organizations.DAILY_LIMIT;
        }

        Shown changed() {
            return new Shown(id, version + 1, otherLimit());
        }
    }
}
