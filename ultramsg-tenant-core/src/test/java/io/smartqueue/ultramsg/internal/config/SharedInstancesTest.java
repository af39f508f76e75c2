package io.smartqueue.ultramsg.internal.config;

import io.smartqueue.ultramsg.fixtures.InMemoryOrganizations;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore.ChangeListener;
import io.smartqueue.ultramsg.organization.OrganizationStore.Subscription;
import io.smartqueue.ultramsg.organization.OrganizationStore.UpdateOutcome;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class SharedInstancesTest {
    private static final AuditNote NOTE = AuditNote.by(Actor.operator("test"));
    private static final OrganizationId OWNER = OrganizationId.of("owner");
    private static final OrganizationId BORROWER = OrganizationId.of("borrower");
    private static final ConfigDraft ENVIRONMENT =
            ConfigDraft.builder().instanceId("1150").token("fake-t0ken-of-all").build();
    private static final ConfigDraft LENDING = ConfigDraft.builder()
            .instanceId("77")
            .token("fake-t0ken")
            .status(InstanceStatus.ACTIVE)
            .lendsInstanceTo(List.of("borrower"))
            .build();

    private final InMemoryOrganizations store = new InMemoryOrganizations();
    private final SharedInstances withoutEnvironment = new SharedInstances(store, null);
    private final SharedInstances shared = new SharedInstances(store, ENVIRONMENT);

    private String instanceOf(OrganizationId organization) {
        return shared.find(organization).orElseThrow().instanceId().orElse("none");
    }

    @Test
    void servesNobodyWhoGaveUpAnInstanceOfHisOwn() {
        store.put(BORROWER, ENVIRONMENT.toBuilder().instanceId("88").build());

        assertThat(shared.clear(BORROWER, NOTE)).isEqualTo(UpdateOutcome.WRITTEN);

        assertThat(instanceOf(BORROWER)).isEqualTo("none");
        assertThat(shared.clear(OrganizationId.of("nobody"), NOTE)).isEqualTo(UpdateOutcome.NO_SUCH_ORGANIZATION);
    }

    @Test
    void lendsToNobodyWhoGaveUpWhatHePreferred() {
        store.put(OWNER, LENDING);
        store.put(
                BORROWER,
                ENVIRONMENT.toBuilder().instanceId("88").instanceOf("owner").build());

        withoutEnvironment.clear(BORROWER, NOTE);

        assertThat(withoutEnvironment.find(BORROWER).orElseThrow().instanceId()).isEmpty();
    }

    @Test
    void leavesNoTraceWhereNothingIsShared() {
        store.put(OWNER, LENDING.toBuilder().lendsInstanceTo(null).build());

        withoutEnvironment.clear(OWNER, NOTE);

        assertThat(store.stored(OWNER).instanceOf()).isEmpty();
    }

    @Test
    void tellsBorrowersOfWhatHappensToTheOwner() {
        store.put(OWNER, LENDING);
        store.put(BORROWER, ConfigDraft.builder().instanceOf("OWNER").build());
        List<OrganizationId> told = new ArrayList<>();
        Subscription subscription = shared.onChange(new ChangeListener() {
            @Override
            public void changed(OrganizationId organization) {
                told.add(organization);
            }

            @Override
            public void anythingMayHaveChanged() {}
        });
        store.put(OWNER, LENDING);
        assertThat(told).as("nobody was found to borrow").containsExactly(OWNER);
        told.clear();

        assertThat(instanceOf(BORROWER)).isEqualTo("77");
        store.put(OWNER, LENDING);
        store.put(BORROWER, ConfigDraft.builder().build());

        assertThat(told).containsExactly(OWNER, BORROWER, BORROWER);
        subscription.close();
        assertThat(store.listeners()).isZero();
    }

    @Test
    void findsWithoutTheLentTokenToo() {
        store.put(BORROWER, ConfigDraft.builder().dailyLimit(3).build());

        ConfigDraft found = shared.findWithoutToken(BORROWER).orElseThrow();

        assertThat(found.instanceId()).contains("1150");
        assertThat(found.token()).isEmpty();
        assertThat(found.own().namesInstance()).isFalse();
    }

    @Test
    void readsOwnersByTheServicesOwnRight() {
        store.put(OWNER, LENDING);
        InMemoryOrganizations theirs = new InMemoryOrganizations(); // of whoever belongs to the borrower alone
        theirs.put(BORROWER, ConfigDraft.builder().instanceOf("owner").build());

        assertThat(shared.seenThrough(theirs).find(BORROWER).orElseThrow().instanceId())
                .contains("77");
    }
}
