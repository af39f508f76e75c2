package io.smartqueue.ultramsg.internal.admin;

import io.smartqueue.ultramsg.access.MemberRole;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.error.AccessDeniedException;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.fixtures.InMemoryMembers;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AccessCheckTest {
    private static final OrganizationId ACME = OrganizationId.of("acme");
    private static final Actor ANNA = Actor.member("anna");

    private final InMemoryMembers members = new InMemoryMembers();
    private final AccessCheck access = new AccessCheck(members);

    @ParameterizedTest
    @EnumSource
    void permitsWhatTheRoleIncludesAndRefusesTheRest(MemberRole role) {
        members.put(ACME, "anna", role);

        for (Permission permission : Permission.values()) {
            assertThat(access.isPermitted(ANNA, ACME, permission)).isEqualTo(role.may(permission));
        }
    }

    @Test
    void refusesWithWhatAndWhereAndNotWho() {
        members.put(ACME, "anna", MemberRole.EMPLOYEE);

        assertThatThrownBy(() -> access.require(ANNA, ACME, Permission.EDIT))
                .isInstanceOfSatisfying(
                        AccessDeniedException.class,
                        e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("EDIT")
                .hasMessageContaining("acme")
                .hasMessageNotContaining("anna");
    }

    @Test
    void refusesMembersOfAnotherOrganization() {
        members.put(OrganizationId.of("other"), "anna", MemberRole.ADMIN);

        assertThat(access.isPermitted(ANNA, ACME, Permission.VIEW)).isFalse();
    }

    @Test
    void asksAnewEachTime() {
        members.put(ACME, "anna", MemberRole.ADMIN);
        access.require(ANNA, ACME, Permission.EDIT);

        members.remove(ACME, "anna");

        assertThatThrownBy(() -> access.require(ANNA, ACME, Permission.EDIT)).isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void permitsOperatorsEverythingAndAsksNobody() {
        AccessCheck unreachable = new AccessCheck((organization, member) -> {
            throw StorageException.unavailable("gone", null);
        });

        for (Permission permission : Permission.values()) {
            unreachable.require(Actor.operator("job"), ACME, permission);
        }
        assertThatThrownBy(() -> unreachable.require(ANNA, ACME, Permission.VIEW))
                .isInstanceOf(StorageException.class);
    }
}
