package io.smartqueue.ultramsg.jdbi;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(PostgresExtension.class)
class SetupCheckIT {

    private static TestDatabase database;
    private static String login;

    /** What a test breaks is rolled back after it, since a database for each of so many would take a minute. */
    private static Connection superuser;

    @BeforeAll
    static void addOrganizations(TestDatabase ofTheClass) throws SQLException {
        database = ofTheClass;
        UUID organization = database.organization("");
        database.organization("");
        database.execute(
                "INSERT INTO ultramsg_messages (organization_id, reference, idempotency_key, content_hash,"
                        + " state, instance_id, quota_day, created_at, lease_until, next_look_at) VALUES ('"
                        + organization
                        + "', 'one', 'one', repeat('0a', 32), 'running', 'instance1150', now(), now(), now(), now())",
                "INSERT INTO ultramsg_standby_instances (organization_id, position, instance_id, token, base_url, status)"
                        + " VALUES ('" + organization
                        + "', 1, 'instance1151', 'not-a-real-token', 'https://api.ultramsg.com', 'active')",
                "INSERT INTO ultramsg_last_instances VALUES ('" + organization
                        + "', '15550001111@c.us', 'instance1151')",
                "INSERT INTO ultramsg_instance_health (organization_id, instance_id, next_check_at) VALUES ('"
                        + organization + "', 'instance1150', now())",
                "INSERT INTO ultramsg_batches (organization_id, batch_id, created_at) VALUES ('" + organization
                        + "', 'news', now())",
                "INSERT INTO ultramsg_webhook_events (organization_id, event_key, claim, begun_at, lease_until) VALUES ('"
                        + organization + "', repeat('0a', 32), 1, now(), now())",
                "INSERT INTO ultramsg_conversations VALUES ('" + organization + "', '15550001111@c.us', now())",
                "INSERT INTO ultramsg_config_audit (organization_id, recorded_at, actor_kind, actor, action, changes,"
                        + " version) VALUES ('" + organization
                        + "', now(), 'operator', 'a test', 'updated', '[]', 1)",
                "INSERT INTO ultramsg_usage (organization_id, day) VALUES ('" + organization + "', now())");
        login = database.servingLogin();
        superuser = database.superuser();
        superuser.setAutoCommit(false);
    }

    @AfterEach
    void mendWhatWasBroken() throws SQLException {
        superuser.rollback();
    }

    @AfterAll
    static void close() throws SQLException {
        superuser.close();
    }

    @Test
    void findsNothingWrongForALoginThatMayTakeBothRoles() throws SQLException {
        assertThat(problems()).isEmpty();
        assertThat(problems(login)).isEmpty();
    }

    @Test
    void findsNothingWrongForASuperuser() throws SQLException {
        assertThat(SetupCheck.problems(superuser, HostTable.organizations())).isEmpty();
    }

    @Test
    void leavesTheConnectionAsItWas() throws SQLException {
        try (Connection connection = database.as(login)) {
            SetupCheck.problems(connection, HostTable.organizations());
            assertThat(connection.getAutoCommit()).isTrue();

            Sql.beginAsTenant(connection, "");
            SetupCheck.problems(connection, HostTable.organizations());
            assertThat(connection.getAutoCommit()).isFalse();
            assertThat(Sql.value(connection, "SELECT current_user")).isEqualTo("ultramsg_tenant");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DROP POLICY ultramsg_tenant_scope ON organizations | policy ultramsg_tenant_scope on public.organizations, which keeps tenants apart, is missing | V003__tenant_scope.sql",
                "ALTER TABLE organizations DISABLE ROW LEVEL SECURITY | Row-level security is not enabled on public.organizations | ALTER TABLE public.organizations ENABLE ROW LEVEL SECURITY;",
                "DROP TRIGGER ultramsg_config_updated ON organizations | Trigger ultramsg_config_updated on public.organizations is missing | V004__change_notice.sql",
                "ALTER TABLE organizations DISABLE TRIGGER USER | Trigger ultramsg_config_deleted on public.organizations is disabled | ALTER TABLE public.organizations ENABLE TRIGGER ultramsg_config_deleted;",
                "ALTER TABLE organizations DROP COLUMN webhook_url CASCADE | Column webhook_url of public.organizations is missing | V002__organization_columns.sql",
                "DROP FUNCTION update_daily_message_count | Function update_daily_message_count is missing from schema public | V005__daily_quota.sql",
                "DROP FUNCTION validate_ultramsg_config | Function validate_ultramsg_config is missing from schema public | V006__config_validation.sql",
                "DROP INDEX ultramsg_instance | The index ultramsg_instance on public.organizations, which finds who has an instance, is missing | V007__one_instance_one_organization.sql",
                "DROP TABLE ultramsg_messages | Table public.ultramsg_messages is missing | V008__message_log.sql",
                "DROP INDEX ultramsg_messages_unsettled | The index ultramsg_messages_unsettled on public.ultramsg_messages is missing | V008__message_log.sql",
                "DROP INDEX ultramsg_messages_one_per_key | The index ultramsg_messages_one_per_key on public.ultramsg_messages is missing | V008__message_log.sql",
                "ALTER TABLE ultramsg_messages DISABLE ROW LEVEL SECURITY | Row-level security is not enabled on public.ultramsg_messages | ALTER TABLE public.ultramsg_messages ENABLE ROW LEVEL SECURITY;",
                "DROP POLICY ultramsg_message_scope ON ultramsg_messages | The policy ultramsg_message_scope on public.ultramsg_messages is missing | V008__message_log.sql",
                "DROP POLICY ultramsg_message_service_takes ON ultramsg_messages | The policy ultramsg_message_service_takes on public.ultramsg_messages is missing | V008__message_log.sql",
                "REVOKE INSERT ON ultramsg_messages FROM ultramsg_tenant | Role ultramsg_tenant lacks INSERT on public.ultramsg_messages | GRANT INSERT ON public.ultramsg_messages TO ultramsg_tenant;",
                "REVOKE SELECT (next_look_at) ON ultramsg_messages FROM ultramsg_service | Role ultramsg_service lacks SELECT (next_look_at) on public.ultramsg_messages | GRANT SELECT (next_look_at) ON public.ultramsg_messages TO ultramsg_service;",
                "REVOKE UPDATE (next_look_at) ON ultramsg_messages FROM ultramsg_service | Role ultramsg_service lacks UPDATE (next_look_at) on public.ultramsg_messages | GRANT UPDATE (next_look_at) ON public.ultramsg_messages TO ultramsg_service;",
                "REVOKE DELETE ON ultramsg_messages FROM ultramsg_service | Role ultramsg_service lacks DELETE on public.ultramsg_messages | GRANT DELETE ON public.ultramsg_messages TO ultramsg_service;",
                "ALTER POLICY ultramsg_message_scope ON ultramsg_messages USING (true) | Role ultramsg_tenant sees entries of public.ultramsg_messages with no organization set | V008__message_log.sql",
                "DROP TABLE ultramsg_standby_instances | Table public.ultramsg_standby_instances is missing | V009__standby_instances.sql",
                "DROP TABLE ultramsg_last_instances | Table public.ultramsg_last_instances is missing | V009__standby_instances.sql",
                "DROP INDEX ultramsg_standby_instances_holder | The index ultramsg_standby_instances_holder on public.ultramsg_standby_instances is missing | V009__standby_instances.sql",
                "ALTER TABLE ultramsg_standby_instances DROP CONSTRAINT ultramsg_standby_instances_once | The index ultramsg_standby_instances_once on public.ultramsg_standby_instances is missing | V009__standby_instances.sql",
                "DROP FUNCTION ultramsg_notify_standbys_changed CASCADE | Function ultramsg_notify_standbys_changed is missing from schema public | V009__standby_instances.sql",
                "DROP TRIGGER ultramsg_standbys_changed ON ultramsg_standby_instances | Trigger ultramsg_standbys_changed on public.ultramsg_standby_instances is missing | V009__standby_instances.sql",
                "ALTER TABLE ultramsg_standby_instances DISABLE TRIGGER ultramsg_standbys_changed | Trigger ultramsg_standbys_changed on public.ultramsg_standby_instances is disabled | ALTER TABLE public.ultramsg_standby_instances ENABLE TRIGGER ultramsg_standbys_changed;",
                "ALTER TABLE ultramsg_standby_instances DISABLE ROW LEVEL SECURITY | Row-level security is not enabled on public.ultramsg_standby_instances | ALTER TABLE public.ultramsg_standby_instances ENABLE ROW LEVEL SECURITY;",
                "ALTER TABLE ultramsg_last_instances DISABLE ROW LEVEL SECURITY | Row-level security is not enabled on public.ultramsg_last_instances | ALTER TABLE public.ultramsg_last_instances ENABLE ROW LEVEL SECURITY;",
                "DROP POLICY ultramsg_standby_scope ON ultramsg_standby_instances | The policy ultramsg_standby_scope on public.ultramsg_standby_instances is missing | V009__standby_instances.sql",
                "DROP POLICY ultramsg_standby_service_sees ON ultramsg_standby_instances | The policy ultramsg_standby_service_sees on public.ultramsg_standby_instances is missing | V009__standby_instances.sql",
                "DROP POLICY ultramsg_last_instance_scope ON ultramsg_last_instances | The policy ultramsg_last_instance_scope on public.ultramsg_last_instances is missing | V009__standby_instances.sql",
                "DROP POLICY ultramsg_last_instance_rows ON ultramsg_last_instances | The policy ultramsg_last_instance_rows on public.ultramsg_last_instances is missing | V009__standby_instances.sql",
                "REVOKE UPDATE ON ultramsg_standby_instances FROM ultramsg_tenant | Role ultramsg_tenant lacks UPDATE on public.ultramsg_standby_instances | GRANT UPDATE ON public.ultramsg_standby_instances TO ultramsg_tenant;",
                "REVOKE DELETE ON ultramsg_last_instances FROM ultramsg_tenant | Role ultramsg_tenant lacks DELETE on public.ultramsg_last_instances | GRANT DELETE ON public.ultramsg_last_instances TO ultramsg_tenant;",
                "REVOKE SELECT (token_key_id) ON ultramsg_standby_instances FROM ultramsg_service | Role ultramsg_service lacks SELECT (token_key_id) on public.ultramsg_standby_instances | GRANT SELECT (token_key_id) ON public.ultramsg_standby_instances TO ultramsg_service;",
                "ALTER POLICY ultramsg_standby_scope ON ultramsg_standby_instances USING (true) | Role ultramsg_tenant sees entries of public.ultramsg_standby_instances with no organization set | V009__standby_instances.sql",
                "ALTER POLICY ultramsg_last_instance_scope ON ultramsg_last_instances USING (true) | Role ultramsg_tenant sees entries of public.ultramsg_last_instances with no organization set | V009__standby_instances.sql",
                "DROP TABLE ultramsg_instance_health | Table public.ultramsg_instance_health is missing | V010__instance_health.sql",
                "DROP INDEX ultramsg_instance_health_due | The index ultramsg_instance_health_due on public.ultramsg_instance_health is missing | V010__instance_health.sql",
                "ALTER TABLE ultramsg_instance_health DISABLE ROW LEVEL SECURITY | Row-level security is not enabled on public.ultramsg_instance_health | ALTER TABLE public.ultramsg_instance_health ENABLE ROW LEVEL SECURITY;",
                "DROP POLICY ultramsg_health_scope ON ultramsg_instance_health | The policy ultramsg_health_scope on public.ultramsg_instance_health is missing | V010__instance_health.sql",
                "DROP POLICY ultramsg_health_rows ON ultramsg_instance_health | The policy ultramsg_health_rows on public.ultramsg_instance_health is missing | V010__instance_health.sql",
                "DROP POLICY ultramsg_health_service_begins ON ultramsg_instance_health | The policy ultramsg_health_service_begins on public.ultramsg_instance_health is missing | V010__instance_health.sql",
                "DROP POLICY ultramsg_health_service_takes ON ultramsg_instance_health | The policy ultramsg_health_service_takes on public.ultramsg_instance_health is missing | V010__instance_health.sql",
                "REVOKE SELECT ON ultramsg_instance_health FROM ultramsg_tenant | Role ultramsg_tenant lacks SELECT on public.ultramsg_instance_health | GRANT SELECT ON public.ultramsg_instance_health TO ultramsg_tenant;",
                "REVOKE UPDATE (finding) ON ultramsg_instance_health FROM ultramsg_tenant | Role ultramsg_tenant lacks UPDATE (finding) on public.ultramsg_instance_health | GRANT UPDATE (finding) ON public.ultramsg_instance_health TO ultramsg_tenant;",
                "REVOKE INSERT (next_check_at) ON ultramsg_instance_health FROM ultramsg_service | Role ultramsg_service lacks INSERT (next_check_at) on public.ultramsg_instance_health | GRANT INSERT (next_check_at) ON public.ultramsg_instance_health TO ultramsg_service;",
                "REVOKE DELETE ON ultramsg_instance_health FROM ultramsg_service | Role ultramsg_service lacks DELETE on public.ultramsg_instance_health | GRANT DELETE ON public.ultramsg_instance_health TO ultramsg_service;",
                "ALTER POLICY ultramsg_health_scope ON ultramsg_instance_health USING (true) | Role ultramsg_tenant sees entries of public.ultramsg_instance_health with no organization set | V010__instance_health.sql",
                "DROP TABLE ultramsg_lanes | Table public.ultramsg_lanes is missing | V011__lanes.sql",
                "DROP INDEX ultramsg_lanes_due | The index ultramsg_lanes_due on public.ultramsg_lanes is missing | V011__lanes.sql",
                "ALTER TABLE ultramsg_lanes DROP CONSTRAINT ultramsg_lanes_pkey | The index ultramsg_lanes_pkey on public.ultramsg_lanes is missing | V011__lanes.sql",
                "ALTER TABLE ultramsg_lanes DISABLE ROW LEVEL SECURITY | Row-level security is not enabled on public.ultramsg_lanes | ALTER TABLE public.ultramsg_lanes ENABLE ROW LEVEL SECURITY;",
                "DROP POLICY ultramsg_lane_rows ON ultramsg_lanes | The policy ultramsg_lane_rows on public.ultramsg_lanes is missing | V011__lanes.sql",
                "REVOKE DELETE ON ultramsg_lanes FROM ultramsg_service | Role ultramsg_service lacks DELETE on public.ultramsg_lanes | GRANT DELETE ON public.ultramsg_lanes TO ultramsg_service;",
                "DROP TABLE ultramsg_wakes | Table public.ultramsg_wakes is missing | V011__lanes.sql",
                "ALTER TABLE ultramsg_wakes DISABLE ROW LEVEL SECURITY | Row-level security is not enabled on public.ultramsg_wakes | ALTER TABLE public.ultramsg_wakes ENABLE ROW LEVEL SECURITY;",
                "DROP POLICY ultramsg_wake_scope ON ultramsg_wakes | The policy ultramsg_wake_scope on public.ultramsg_wakes is missing | V011__lanes.sql",
                "DROP POLICY ultramsg_wake_calls ON ultramsg_wakes | The policy ultramsg_wake_calls on public.ultramsg_wakes is missing | V011__lanes.sql",
                "DROP POLICY ultramsg_wake_service_sees ON ultramsg_wakes | The policy ultramsg_wake_service_sees on public.ultramsg_wakes is missing | V011__lanes.sql",
                "DROP POLICY ultramsg_wake_service_answers ON ultramsg_wakes | The policy ultramsg_wake_service_answers on public.ultramsg_wakes is missing | V011__lanes.sql",
                "REVOKE INSERT (for_change) ON ultramsg_wakes FROM ultramsg_tenant | Role ultramsg_tenant lacks INSERT (for_change) on public.ultramsg_wakes | GRANT INSERT (for_change) ON public.ultramsg_wakes TO ultramsg_tenant;",
                "REVOKE DELETE ON ultramsg_wakes FROM ultramsg_service | Role ultramsg_service lacks DELETE on public.ultramsg_wakes | GRANT DELETE ON public.ultramsg_wakes TO ultramsg_service;",
                "DROP FUNCTION ultramsg_claim_queued | Function ultramsg_claim_queued is missing from schema public | V012__outbox.sql",
                "DROP INDEX ultramsg_messages_ready | The index ultramsg_messages_ready on public.ultramsg_messages is missing | V012__outbox.sql",
                "REVOKE SELECT (settled_at) ON ultramsg_messages FROM ultramsg_service | Role ultramsg_service lacks SELECT (settled_at) on public.ultramsg_messages | GRANT SELECT (settled_at) ON public.ultramsg_messages TO ultramsg_service;",
                "DROP SEQUENCE ultramsg_outbox_numbers | Sequence public.ultramsg_outbox_numbers is missing | V012__outbox.sql",
                "REVOKE USAGE ON SEQUENCE ultramsg_outbox_numbers FROM ultramsg_tenant | Role ultramsg_tenant lacks USAGE on public.ultramsg_outbox_numbers | GRANT USAGE ON SEQUENCE public.ultramsg_outbox_numbers TO ultramsg_tenant;",
                "DROP TABLE ultramsg_batches | Table public.ultramsg_batches is missing | V012__outbox.sql",
                "ALTER TABLE ultramsg_batches DISABLE ROW LEVEL SECURITY | Row-level security is not enabled on public.ultramsg_batches | ALTER TABLE public.ultramsg_batches ENABLE ROW LEVEL SECURITY;",
                "DROP POLICY ultramsg_batch_scope ON ultramsg_batches | The policy ultramsg_batch_scope on public.ultramsg_batches is missing | V012__outbox.sql",
                "DROP POLICY ultramsg_batch_service_purges ON ultramsg_batches | The policy ultramsg_batch_service_purges on public.ultramsg_batches is missing | V012__outbox.sql",
                "REVOKE UPDATE ON ultramsg_batches FROM ultramsg_tenant | Role ultramsg_tenant lacks UPDATE on public.ultramsg_batches | GRANT UPDATE ON public.ultramsg_batches TO ultramsg_tenant;",
                "REVOKE DELETE ON ultramsg_batches FROM ultramsg_service | Role ultramsg_service lacks DELETE on public.ultramsg_batches | GRANT DELETE ON public.ultramsg_batches TO ultramsg_service;",
                "ALTER POLICY ultramsg_batch_scope ON ultramsg_batches USING (true) | Role ultramsg_tenant sees entries of public.ultramsg_batches with no organization set | V012__outbox.sql",
                "DROP TABLE ultramsg_outboxes | Table public.ultramsg_outboxes is missing | V012__outbox.sql",
                "DROP POLICY ultramsg_outbox_scope ON ultramsg_outboxes | The policy ultramsg_outbox_scope on public.ultramsg_outboxes is missing | V012__outbox.sql",
                "REVOKE INSERT ON ultramsg_outboxes FROM ultramsg_tenant | Role ultramsg_tenant lacks INSERT on public.ultramsg_outboxes | GRANT INSERT ON public.ultramsg_outboxes TO ultramsg_tenant;",
                "ALTER TABLE organizations DROP COLUMN ultramsg_config_version | Column ultramsg_config_version of public.organizations is missing | V013__config_versions.sql",
                "DROP TRIGGER ultramsg_config_version ON organizations | Trigger ultramsg_config_version on public.organizations is missing | V013__config_versions.sql",
                "ALTER TABLE organizations DISABLE TRIGGER ultramsg_config_version | Trigger ultramsg_config_version on public.organizations is disabled | ALTER TABLE public.organizations ENABLE TRIGGER ultramsg_config_version;",
                "DROP FUNCTION ultramsg_raise_config_version CASCADE | Function ultramsg_raise_config_version is missing from schema public | V013__config_versions.sql",
                "REVOKE SELECT (ultramsg_config_version) ON organizations FROM ultramsg_tenant | Role ultramsg_tenant may not read column ultramsg_config_version | GRANT SELECT (ultramsg_config_version) ON public.organizations TO ultramsg_tenant;",
                "DROP TABLE ultramsg_config_audit | Table public.ultramsg_config_audit is missing | V013__config_versions.sql",
                "DROP INDEX ultramsg_config_audit_roll_out | The index ultramsg_config_audit_roll_out on public.ultramsg_config_audit is missing | V013__config_versions.sql",
                "ALTER TABLE ultramsg_config_audit DISABLE ROW LEVEL SECURITY | Row-level security is not enabled on public.ultramsg_config_audit | ALTER TABLE public.ultramsg_config_audit ENABLE ROW LEVEL SECURITY;",
                "DROP POLICY ultramsg_audit_scope ON ultramsg_config_audit | The policy ultramsg_audit_scope on public.ultramsg_config_audit is missing | V013__config_versions.sql",
                "DROP POLICY ultramsg_audit_records ON ultramsg_config_audit | The policy ultramsg_audit_records on public.ultramsg_config_audit is missing | V013__config_versions.sql",
                "REVOKE INSERT ON ultramsg_config_audit FROM ultramsg_tenant | Role ultramsg_tenant lacks INSERT on public.ultramsg_config_audit | GRANT INSERT ON public.ultramsg_config_audit TO ultramsg_tenant;",
                "REVOKE SELECT (roll_out) ON ultramsg_config_audit FROM ultramsg_service | Role ultramsg_service lacks SELECT (roll_out) on public.ultramsg_config_audit | GRANT SELECT (roll_out) ON public.ultramsg_config_audit TO ultramsg_service;",
                "ALTER POLICY ultramsg_audit_scope ON ultramsg_config_audit USING (true) | Role ultramsg_tenant sees entries of public.ultramsg_config_audit with no organization set | V013__config_versions.sql",
                "DROP FUNCTION ultramsg_member_role | Function ultramsg_member_role is missing from schema public | V014__members.sql",
                "DROP FUNCTION ultramsg_acting_role CASCADE | Function ultramsg_acting_role is missing from schema public | V014__members.sql",
                "DROP POLICY ultramsg_member_guard ON organizations | The policy ultramsg_member_guard on public.organizations is missing | V014__members.sql",
                "DROP POLICY ultramsg_member_guard ON ultramsg_messages | The policy ultramsg_member_guard on public.ultramsg_messages is missing | V014__members.sql",
                "DROP POLICY ultramsg_member_guard ON ultramsg_standby_instances | The policy ultramsg_member_guard on public.ultramsg_standby_instances is missing | V014__members.sql",
                "DROP POLICY ultramsg_member_guard ON ultramsg_wakes | The policy ultramsg_member_guard on public.ultramsg_wakes is missing | V014__members.sql",
                "DROP TABLE ultramsg_webhook_events | Table public.ultramsg_webhook_events is missing | V017__inbound.sql",
                "DROP INDEX ultramsg_webhook_events_age | The index ultramsg_webhook_events_age on public.ultramsg_webhook_events is missing | V017__inbound.sql",
                "ALTER TABLE ultramsg_webhook_events DROP CONSTRAINT ultramsg_webhook_events_pkey | The index ultramsg_webhook_events_pkey on public.ultramsg_webhook_events is missing | V017__inbound.sql",
                "ALTER TABLE ultramsg_webhook_events DISABLE ROW LEVEL SECURITY | Row-level security is not enabled on public.ultramsg_webhook_events | ALTER TABLE public.ultramsg_webhook_events ENABLE ROW LEVEL SECURITY;",
                "DROP POLICY ultramsg_webhook_event_scope ON ultramsg_webhook_events | The policy ultramsg_webhook_event_scope on public.ultramsg_webhook_events is missing | V017__inbound.sql",
                "DROP POLICY ultramsg_webhook_event_rows ON ultramsg_webhook_events | The policy ultramsg_webhook_event_rows on public.ultramsg_webhook_events is missing | V017__inbound.sql",
                "DROP POLICY ultramsg_webhook_event_service_sees ON ultramsg_webhook_events | The policy ultramsg_webhook_event_service_sees on public.ultramsg_webhook_events is missing | V017__inbound.sql",
                "DROP POLICY ultramsg_webhook_event_service_purges ON ultramsg_webhook_events | The policy ultramsg_webhook_event_service_purges on public.ultramsg_webhook_events is missing | V017__inbound.sql",
                "DROP POLICY ultramsg_member_guard ON ultramsg_webhook_events | The policy ultramsg_member_guard on public.ultramsg_webhook_events is missing | V017__inbound.sql",
                "REVOKE UPDATE (done_at) ON ultramsg_webhook_events FROM ultramsg_tenant | Role ultramsg_tenant lacks UPDATE (done_at) on public.ultramsg_webhook_events | GRANT UPDATE (done_at) ON public.ultramsg_webhook_events TO ultramsg_tenant;",
                "REVOKE INSERT ON ultramsg_webhook_events FROM ultramsg_tenant | Role ultramsg_tenant lacks INSERT on public.ultramsg_webhook_events | GRANT INSERT ON public.ultramsg_webhook_events TO ultramsg_tenant;",
                "REVOKE SELECT (begun_at) ON ultramsg_webhook_events FROM ultramsg_service | Role ultramsg_service lacks SELECT (begun_at) on public.ultramsg_webhook_events | GRANT SELECT (begun_at) ON public.ultramsg_webhook_events TO ultramsg_service;",
                "REVOKE DELETE ON ultramsg_webhook_events FROM ultramsg_service | Role ultramsg_service lacks DELETE on public.ultramsg_webhook_events | GRANT DELETE ON public.ultramsg_webhook_events TO ultramsg_service;",
                "ALTER POLICY ultramsg_webhook_event_scope ON ultramsg_webhook_events USING (true) | Role ultramsg_tenant sees entries of public.ultramsg_webhook_events with no organization set | V017__inbound.sql",
                "DROP TABLE ultramsg_conversations | Table public.ultramsg_conversations is missing | V017__inbound.sql",
                "ALTER TABLE ultramsg_conversations DROP CONSTRAINT ultramsg_conversations_pkey | The index ultramsg_conversations_pkey on public.ultramsg_conversations is missing | V017__inbound.sql",
                "ALTER TABLE ultramsg_conversations DISABLE ROW LEVEL SECURITY | Row-level security is not enabled on public.ultramsg_conversations | ALTER TABLE public.ultramsg_conversations ENABLE ROW LEVEL SECURITY;",
                "DROP POLICY ultramsg_conversation_scope ON ultramsg_conversations | The policy ultramsg_conversation_scope on public.ultramsg_conversations is missing | V017__inbound.sql",
                "DROP POLICY ultramsg_conversation_rows ON ultramsg_conversations | The policy ultramsg_conversation_rows on public.ultramsg_conversations is missing | V017__inbound.sql",
                "DROP POLICY ultramsg_conversation_service_sees ON ultramsg_conversations | The policy ultramsg_conversation_service_sees on public.ultramsg_conversations is missing | V017__inbound.sql",
                "DROP POLICY ultramsg_conversation_service_purges ON ultramsg_conversations | The policy ultramsg_conversation_service_purges on public.ultramsg_conversations is missing | V017__inbound.sql",
                "DROP POLICY ultramsg_member_guard ON ultramsg_conversations | The policy ultramsg_member_guard on public.ultramsg_conversations is missing | V017__inbound.sql",
                "REVOKE UPDATE (last_inbound_at) ON ultramsg_conversations FROM ultramsg_tenant | Role ultramsg_tenant lacks UPDATE (last_inbound_at) on public.ultramsg_conversations | GRANT UPDATE (last_inbound_at) ON public.ultramsg_conversations TO ultramsg_tenant;",
                "REVOKE DELETE ON ultramsg_conversations FROM ultramsg_tenant | Role ultramsg_tenant lacks DELETE on public.ultramsg_conversations | GRANT DELETE ON public.ultramsg_conversations TO ultramsg_tenant;",
                "REVOKE SELECT (last_inbound_at) ON ultramsg_conversations FROM ultramsg_service | Role ultramsg_service lacks SELECT (last_inbound_at) on public.ultramsg_conversations | GRANT SELECT (last_inbound_at) ON public.ultramsg_conversations TO ultramsg_service;",
                "REVOKE DELETE ON ultramsg_conversations FROM ultramsg_service | Role ultramsg_service lacks DELETE on public.ultramsg_conversations | GRANT DELETE ON public.ultramsg_conversations TO ultramsg_service;",
                "ALTER POLICY ultramsg_conversation_scope ON ultramsg_conversations USING (true) | Role ultramsg_tenant sees entries of public.ultramsg_conversations with no organization set | V017__inbound.sql",
                "DROP FUNCTION ultramsg_report_deliveries | Function ultramsg_report_deliveries is missing from schema public | V016__delivery_states.sql",
                "DROP FUNCTION ultramsg_count_delivery CASCADE | Function ultramsg_count_delivery is missing from schema public | V016__delivery_states.sql",
                "DROP INDEX ultramsg_messages_queue_id | The index ultramsg_messages_queue_id on public.ultramsg_messages is missing | V016__delivery_states.sql",
                "DROP TRIGGER ultramsg_delivery_counted ON ultramsg_messages | Trigger ultramsg_delivery_counted on public.ultramsg_messages is missing | V016__delivery_states.sql",
                "DROP FUNCTION ultramsg_cancel_queued | Function ultramsg_cancel_queued is missing from schema public | V019__cancelling.sql",
                "DROP FUNCTION ultramsg_before_rest | Function ultramsg_before_rest is missing from schema public | V019__cancelling.sql",
                "DROP INDEX ultramsg_messages_to_count | The index ultramsg_messages_to_count on public.ultramsg_messages is missing | V019__cancelling.sql",
                "REVOKE SELECT (uncounted) ON ultramsg_messages FROM ultramsg_service | Role ultramsg_service lacks SELECT (uncounted) on public.ultramsg_messages | GRANT SELECT (uncounted) ON public.ultramsg_messages TO ultramsg_service;",
                "DROP TABLE ultramsg_templates | Table public.ultramsg_templates is missing | V015__templates.sql",
                "ALTER TABLE ultramsg_templates DROP CONSTRAINT ultramsg_templates_pkey | The index ultramsg_templates_pkey on public.ultramsg_templates is missing | V015__templates.sql",
                "ALTER TABLE ultramsg_templates DISABLE ROW LEVEL SECURITY | Row-level security is not enabled on public.ultramsg_templates | ALTER TABLE public.ultramsg_templates ENABLE",
                "DROP POLICY ultramsg_template_rows ON ultramsg_templates | The policy ultramsg_template_rows on public.ultramsg_templates is missing | V015__templates.sql",
                "REVOKE INSERT ON ultramsg_templates FROM ultramsg_service | Role ultramsg_service lacks INSERT on public.ultramsg_templates | GRANT INSERT ON public.ultramsg_templates",
                "REVOKE UPDATE (deleted_at) ON ultramsg_templates FROM ultramsg_service | Role ultramsg_service lacks UPDATE (deleted_at) on public.ultramsg_templates | GRANT UPDATE (deleted_at) ON",
                "DROP TABLE ultramsg_usage | Table public.ultramsg_usage is missing | V018__usage.sql",
                "DROP INDEX ultramsg_usage_days | The index ultramsg_usage_days on public.ultramsg_usage is missing | V018__usage.sql",
                "ALTER TABLE ultramsg_usage DISABLE ROW LEVEL SECURITY | Row-level security is not enabled on public.ultramsg_usage | ALTER TABLE public.ultramsg_usage ENABLE ROW LEVEL SECURITY;",
                "DROP POLICY ultramsg_usage_scope ON ultramsg_usage | The policy ultramsg_usage_scope on public.ultramsg_usage is missing | V018__usage.sql",
                "DROP POLICY ultramsg_usage_rows ON ultramsg_usage | The policy ultramsg_usage_rows on public.ultramsg_usage is missing | V018__usage.sql",
                "DROP POLICY ultramsg_usage_service_sees ON ultramsg_usage | The policy ultramsg_usage_service_sees on public.ultramsg_usage is missing | V018__usage.sql",
                "DROP POLICY ultramsg_usage_service_purges ON ultramsg_usage | The policy ultramsg_usage_service_purges on public.ultramsg_usage is missing | V018__usage.sql",
                "DROP POLICY ultramsg_member_guard ON ultramsg_usage | The policy ultramsg_member_guard on public.ultramsg_usage is missing | V018__usage.sql",
                "REVOKE UPDATE ON ultramsg_usage FROM ultramsg_tenant | Role ultramsg_tenant lacks UPDATE on public.ultramsg_usage | GRANT UPDATE ON public.ultramsg_usage TO ultramsg_tenant;",
                "REVOKE SELECT (received) ON ultramsg_usage FROM ultramsg_service | Role ultramsg_service lacks SELECT (received) on public.ultramsg_usage | GRANT SELECT (received) ON public.ultramsg_usage TO ultramsg_service;",
                "REVOKE DELETE ON ultramsg_usage FROM ultramsg_service | Role ultramsg_service lacks DELETE on public.ultramsg_usage | GRANT DELETE ON public.ultramsg_usage TO ultramsg_service;",
                "ALTER POLICY ultramsg_usage_scope ON ultramsg_usage USING (true) | Role ultramsg_tenant sees entries of public.ultramsg_usage with no organization set | V018__usage.sql",
                "REVOKE SELECT (whatsapp_instance_status) ON organizations FROM ultramsg_service | Role ultramsg_service may not read column whatsapp_instance_status | GRANT SELECT (whatsapp_instance_status) ON public.organizations TO ultramsg_service;",
                "DROP POLICY ultramsg_service_rows ON organizations | policy ultramsg_service_rows on public.organizations | V003__tenant_scope.sql",
                "REVOKE SELECT (ultramsg_instance_id) ON organizations FROM ultramsg_service | Role ultramsg_service may not read column ultramsg_instance_id | GRANT SELECT (ultramsg_instance_id) ON public.organizations TO ultramsg_service;",
                "REVOKE UPDATE (messages_sent_today) ON organizations FROM ultramsg_tenant | may not read and change column messages_sent_today | GRANT SELECT (messages_sent_today), UPDATE (messages_sent_today) ON public.organizations TO ultramsg_tenant;",
                "REVOKE USAGE ON SCHEMA public FROM PUBLIC | finds no table organizations in its search_path | GRANT USAGE ON SCHEMA",
                "ALTER POLICY ultramsg_tenant_scope ON organizations USING (true) | Role ultramsg_tenant sees 2 organizations with no organization set | V003__tenant_scope.sql",
                "ALTER TABLE organizations OWNER TO ultramsg_tenant | Role ultramsg_tenant has the rights of the owner | ALTER TABLE public.organizations OWNER TO",
                "ALTER TABLE organizations RENAME TO hidden | finds no table organizations | ALTER ROLE"
            })
    void saysWhatIsWrongAndWhatMendsIt(String broken, String problem, String mend) throws SQLException {
        Sql.execute(superuser, broken);

        assertThat(problems()).anySatisfy(text -> assertThat(text).contains(problem, mend));
    }

    @Test
    void asksForTheRolesThatTheLoginMayNotTake() throws SQLException {
        Sql.execute(superuser, "REVOKE ultramsg_tenant FROM " + login);

        List<String> problems = problems();

        assertThat(problems)
                .singleElement()
                .asString()
                .startsWith("Login " + login + " may not take role ultramsg_tenant.");
        Sql.execute(superuser, problems.get(0).substring(problems.get(0).indexOf("GRANT")));
        assertThat(problems()).isEmpty();
    }

    @Test
    void findsAnOrganizationThatTheLoginAlwaysHasSet() throws SQLException {
        String key =
                database.query("SELECT id FROM organizations LIMIT 1").get(0).get(0);
        String always = newLogin("always_one");
        database.execute("ALTER ROLE " + always + " SET ultramsg.organization_id = '" + key + "'");

        assertThat(problems(always))
                .singleElement()
                .asString()
                .startsWith("Role ultramsg_tenant sees 1 organizations with no organization set.")
                .contains("ALTER ROLE " + always + " RESET ultramsg.organization_id;");
    }

    @Test
    void findsAMemberWhomTheLoginAlwaysHasSet() throws SQLException {
        String always = newLogin("always_anna");
        database.execute("ALTER ROLE " + always + " SET ultramsg.member_id = 'anna'");

        assertThat(problems(always))
                .singleElement()
                .asString()
                .startsWith("Login " + always + " always has ultramsg.member_id set.")
                .contains("ALTER ROLE " + always + " RESET ultramsg.member_id;");
    }

    @Test
    void findsNothingWrongForMembersWhereNothingIs() throws SQLException {
        assertThat(memberProblems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DROP POLICY ultramsg_member_scope ON organizations | The policy ultramsg_member_scope on public.organizations is missing | V014__members.sql",
                "DROP POLICY ultramsg_member_row ON organizations | The policy ultramsg_member_row on public.organizations is missing | V014__members.sql",
                "REVOKE SELECT (webhook_url) ON organizations FROM ultramsg_member | Role ultramsg_member may not read column webhook_url of public.organizations | GRANT SELECT (webhook_url) ON public.organizations TO ultramsg_member;",
                "GRANT SELECT ON organizations TO PUBLIC | Role ultramsg_member may read column ultramsg_token of public.organizations | REVOKE SELECT, SELECT (ultramsg_token) ON public.organizations FROM PUBLIC, ultramsg_member;",
                "GRANT SELECT (daily_message_limit) ON organizations TO ultramsg_member | Role ultramsg_member may read column daily_message_limit of public.organizations | REVOKE SELECT, SELECT (daily_message_limit)",
                "ALTER TABLE organizations OWNER TO ultramsg_member | Role ultramsg_member has the rights of the owner | ALTER TABLE public.organizations OWNER TO"
            })
    void saysWhatKeepsItFromActingForMembersAndServesAllTheSame(String broken, String problem, String mend)
            throws SQLException {
        Sql.execute(superuser, broken);

        assertThat(memberProblems()).anySatisfy(text -> assertThat(text).contains(problem, mend));
        assertThat(problems()).isEmpty();
    }

    private List<String> memberProblems() throws SQLException {
        return asLogin(SetupCheck::memberProblems);
    }

    @Test
    void findsAPolicyOfTheHostThatNeedsMoreRightsThanTenantsHave() throws SQLException {
        Sql.execute(
                superuser,
                "DROP POLICY ultramsg_host_rows ON organizations",
                "CREATE TABLE members (organization_id uuid)",
                "CREATE POLICY members_only ON organizations USING (id IN (SELECT organization_id FROM members))");

        assertThat(problems())
                .isNotEmpty()
                .allSatisfy(problem -> assertThat(problem)
                        .contains(
                                "cannot read public.organizations",
                                "permission denied for table members",
                                "ALTER POLICY"));
    }

    @Test
    void findsAPolicyOfTheHostThatHidesATenantsOwnRow() throws SQLException {
        Sql.execute(superuser, "CREATE POLICY nobody ON organizations AS RESTRICTIVE TO ultramsg_tenant USING (false)");

        assertThat(problems()).singleElement().asString().startsWith("Role ultramsg_tenant sees 0 rows");
    }

    @Test
    void findsATableOfTheLibrarysThatTenantsCannotRead() throws SQLException {
        Sql.execute(
                superuser,
                "CREATE TABLE members (organization_id uuid)",
                "CREATE POLICY members_only ON ultramsg_usage USING (organization_id IN (SELECT organization_id FROM members))",
                "ALTER POLICY ultramsg_conversation_scope ON ultramsg_conversations USING (true)");

        List<String> problems = problems();

        assertThat(problems).hasSize(2);
        assertThat(problems.get(0))
                .startsWith(
                        "Role ultramsg_tenant sees entries of public.ultramsg_conversations with no organization set.");
        assertThat(problems.get(1))
                .startsWith("Role ultramsg_tenant cannot read public.ultramsg_usage: ")
                .contains(
                        "permission denied for table members",
                        "SELECT * FROM pg_policies WHERE tablename = 'ultramsg_usage';",
                        "ALTER POLICY <name> ON public.ultramsg_usage TO <your roles>;");
    }

    /** The library's own is called all the same, because its parameters fit better. */
    @Test
    void takesAFunctionOfTheHostForNoReasonToMissItsOwn() throws SQLException {
        Sql.execute(
                superuser,
                "CREATE FUNCTION daily_message_usage(p_days integer) RETURNS integer LANGUAGE sql AS 'SELECT p_days'");

        assertThat(problems()).isEmpty();
    }

    @Test
    void asksInFewRoundTripsHoweverMuchThereIsToAskAbout() throws SQLException {
        assertThat(roundTrips(SetupCheck::problems)).isBetween(15, 25);
        assertThat(roundTrips(SetupCheck::memberProblems)).isBetween(10, 15);
    }

    private static int roundTrips(Check check) throws SQLException {
        AtomicInteger roundTrips = new AtomicInteger();
        try (Connection connection = database.as(login)) {
            check.problems(counted(Connection.class, connection, roundTrips), HostTable.organizations());
        }
        return roundTrips.get();
    }

    /** Passes everything on, and counts what the driver asks the database for. */
    private static <T> T counted(Class<T> type, T target, AtomicInteger roundTrips) {
        Object proxy =
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    String name = method.getName();
                    if (name.startsWith("execute") || name.equals("setSavepoint") || name.equals("rollback")) {
                        roundTrips.incrementAndGet();
                    }
                    try {
                        Object result = method.invoke(target, arguments);
                        if (result instanceof PreparedStatement statement) {
                            return counted(PreparedStatement.class, statement, roundTrips);
                        }
                        return result instanceof Statement statement
                                ? counted(Statement.class, statement, roundTrips)
                                : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return type.cast(proxy);
    }

    /** What the login finds in the transaction of this test. */
    private List<String> problems() throws SQLException {
        return asLogin(SetupCheck::problems);
    }

    private List<String> asLogin(Check check) throws SQLException {
        Sql.execute(superuser, "SET LOCAL SESSION AUTHORIZATION " + login);
        List<String> problems = check.problems(superuser, HostTable.organizations());
        Sql.execute(superuser, "SET LOCAL SESSION AUTHORIZATION DEFAULT");
        return problems;
    }

    private interface Check {
        List<String> problems(Connection connection, HostTable host) throws SQLException;
    }

    /** What a login finds that connects itself, and so with the defaults that its role has. */
    private List<String> problems(String of) throws SQLException {
        try (Connection connection = database.as(of)) {
            return SetupCheck.problems(connection, HostTable.organizations());
        }
    }

    private static String newLogin(String purpose) throws SQLException {
        String name = database.login(purpose, "NOINHERIT");
        database.execute("GRANT ultramsg_tenant, ultramsg_service TO " + name);
        return name;
    }
}
