package io.smartqueue.ultramsg;

import io.smartqueue.ultramsg.access.MemberRole;
import io.smartqueue.ultramsg.access.Memberships;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.admin.Administration;
import io.smartqueue.ultramsg.admin.ConfigView;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.error.AccessDeniedException;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the people of an organization may do to its configuration. */
@Timeout(30)
class AdministrationAccessTest {
    private static final OrganizationId ACME = Samples.ACME;
    private static final ConfigDraft LIMIT = ConfigDraft.builder().dailyLimit(9).build();

    /** What it takes for each operation. */
    private static final Map<String, Permission> NEEDS = Map.ofEntries(
            entry("config", Permission.VIEW),
            entry("validate", Permission.EDIT),
            entry("test", Permission.TEST),
            entry("test a change", Permission.EDIT),
            entry("update", Permission.EDIT),
            entry("suspend", Permission.EDIT),
            entry("activate", Permission.EDIT),
            entry("rotate the token", Permission.EDIT),
            entry("history", Permission.EDIT),
            entry("older history", Permission.EDIT),
            entry("changes since", Permission.EDIT),
            entry("delete", Permission.EDIT),
            entry("send", Permission.SEND));

    private static final Map<String, Consumer<Administration>> OPERATIONS = Map.ofEntries(
            entry("config", admin -> admin.config(ACME)),
            entry("validate", admin -> admin.validate(ACME, LIMIT)),
            entry("test", admin -> admin.test(ACME)),
            entry("test a change", admin -> admin.test(ACME, LIMIT)),
            entry("update", admin -> admin.update(ACME, LIMIT, Verification.SAVE_UNTESTED)),
            entry("suspend", admin -> admin.suspend(ACME)),
            entry("activate", admin -> admin.activate(ACME)),
            entry("rotate the token", admin -> admin.rotateToken(ACME, "another-t0ken")),
            entry("history", admin -> admin.history(ACME).findFirst()),
            entry("older history", admin -> admin.history(ACME, 5).findFirst()),
            entry("changes since", admin -> admin.changesSince(ACME, 0)),
            entry("delete", admin -> admin.deleteConfiguration(ACME)),
            entry("send", admin -> admin.require(ACME, Permission.SEND)));

    private final ScriptedServer server = new ScriptedServer()
            .on("instance/status", Replies.json(200, Samples.CONNECTED))
            .on("instance/me", Replies.json(200, Samples.ME));
    private final InMemoryStore store = new InMemoryStore();
    private @Nullable UltraMessageInstanceManager manager;

    @BeforeEach
    void configure() {
        store.organizations().put(ACME, Samples.draft(server.url()));
    }

    @AfterEach
    void close() {
        if (manager != null) {
            manager.close();
        }
        server.close();
    }

    private Administration as(Actor actor) {
        return open(builder()).administration(actor);
    }

    private UltraMessageInstanceManager.Builder builder() {
        return UltraMessageInstanceManager.builder(store).allowedHosts(AllowedHosts.anyIncludingLocal());
    }

    private UltraMessageInstanceManager open(UltraMessageInstanceManager.Builder builder) {
        manager = builder.build();
        return manager;
    }

    @ParameterizedTest
    @EnumSource
    void isWhatTheRoleIncludes(MemberRole role) {
        store.members().put(ACME, "anna", role);
        Administration anna = as(Actor.member("anna"));

        OPERATIONS.forEach((name, operation) -> {
            ConfigDraft before = store.organizations().stored(ACME);
            if (role.may(NEEDS.get(name))) {
                operation.accept(anna);
            } else {
                assertThatThrownBy(() -> operation.accept(anna))
                        .as(name)
                        .isInstanceOf(AccessDeniedException.class)
                        .hasMessageContaining(NEEDS.get(name).name());
                assertThat(store.organizations().stored(ACME)).as(name).isSameAs(before);
            }
            store.organizations().put(ACME, Samples.draft(server.url()));
        });
    }

    @Test
    void isNothingForStrangersAndEverythingForOperators() {
        store.members().put(OrganizationId.of("globex"), "anna", MemberRole.ADMIN);
        Administration anna = as(Actor.member("anna"));
        OPERATIONS.forEach((name, operation) ->
                assertThatThrownBy(() -> operation.accept(anna)).as(name).isInstanceOf(AccessDeniedException.class));

        Administration operator = as(Actor.operator("a test"));
        OPERATIONS.forEach((name, operation) -> {
            operation.accept(operator);
            store.organizations().put(ACME, Samples.draft(server.url()));
        });
    }

    @Test
    void showsTheTokensEndAndTheLimitToAdminsOnly() {
        store.organizations()
                .put(ACME, Samples.draft(server.url()).toBuilder().dailyLimit(7).build());
        Administration anna = as(Actor.member("anna"));

        store.members().put(ACME, "anna", MemberRole.ADMIN);
        ConfigView whole = anna.config(ACME).orElseThrow();
        store.members().put(ACME, "anna", MemberRole.EMPLOYEE);
        ConfigView part = anna.config(ACME).orElseThrow();

        assertThat(whole.maskedToken()).isPresent();
        assertThat(whole.fields().dailyLimit()).contains(7);
        assertThat(part.maskedToken()).isEmpty();
        assertThat(part.fields().dailyLimit()).isEmpty();
        assertThat(part.fields().instanceId()).isEqualTo(whole.fields().instanceId());
        assertThat(part.problems()).isEmpty();
    }

    @Test
    void endsTheMomentARoleIsTakenAway() {
        store.members().put(ACME, "anna", MemberRole.ADMIN);
        Administration anna = as(Actor.member("anna"));
        assertThat(anna.update(ACME, LIMIT, Verification.SAVE_UNTESTED).isSaved())
                .isTrue();

        store.members().remove(ACME, "anna");

        assertThatThrownBy(() -> anna.update(ACME, LIMIT, Verification.SAVE_UNTESTED))
                .isInstanceOf(AccessDeniedException.class);
        assertThat(anna.isPermitted(ACME, Permission.SEND)).isFalse();
    }

    @Test
    void isAskedOfTheHostWhereItSaysSo() {
        List<String> asked = new CopyOnWriteArrayList<>();
        Memberships directory = (organization, member) -> {
            asked.add(organization + " " + member);
            return member.value().equals("anna") ? Optional.of(MemberRole.ADMIN) : Optional.empty();
        };
        store.members().put(ACME, "bert", MemberRole.ADMIN);
        UltraMessageInstanceManager open = open(builder().memberships(directory));

        OrganizationId shouted = OrganizationId.of(ACME.value().toUpperCase(Locale.ROOT));
        assertThat(open.administration(Actor.member("anna"))
                        .update(shouted, LIMIT, Verification.SAVE_UNTESTED)
                        .isSaved())
                .isTrue();
        assertThatThrownBy(() -> open.administration(Actor.member("bert")).config(ACME))
                .isInstanceOf(AccessDeniedException.class);
        assertThat(asked)
                .containsExactly(ACME + " anna", ACME + " bert", ACME + " bert"); // may he edit, or at least see?
    }

    @Test
    void isNoneWhereItCannotBeTold() {
        Administration anna = open(builder().memberships((organization, member) -> {
                    throw StorageException.unavailable("the directory is gone", null);
                }))
                .administration(Actor.member("anna"));

        assertThatThrownBy(() -> anna.config(ACME)).isInstanceOf(StorageException.class);
    }
}
