package io.smartqueue.ultramsg.admin;

import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.connection.UltraMessageTestResult;
import io.smartqueue.ultramsg.error.AccessDeniedException;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.ConfigAction;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.ConfigForm;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one person or program does to organizations' configuration: reads it, checks, tests and makes changes, and reads what was
 * changed by whom.
 *
 * <pre>{@code
 * Administration admin = whatsApp.administration(Actor.member(signedIn));
 * ConfigView shown = admin.config(acme).orElseThrow();
 * ConfigDraft change = ConfigDraft.builder().version(shown.version()).dailyLimit(500).build();
 * if (admin.update(acme, change) instanceof ConfigUpdate.ChangedMeanwhile other) { … }
 * }</pre>
 *
 * <p>A change names only what it changes; a blank token keeps the stored one. One that names the version that somebody was shown is
 * refused if the configuration has been changed since, so two people do not overwrite each other unnoticed. Each change is recorded
 * together with it, tokens masked.
 *
 * <p>Whether the actor may is asked anew before each call; one who may not gets an {@link AccessDeniedException}, and nothing is done.
 * All methods block, and throw {@link io.smartqueue.ultramsg.error.StorageException} if the store cannot answer. Thread-safe; cheap to
 * make, so that there is one for each request.
 */
public final class Administration {
    private static final int PAGE = 100;

    private final Access access;
    private final Editor editor;

    /**
     * Made by the manager: {@code UltraMessageInstanceManager.administration(actor)}.
     *
     * @param access what the actor may do
     * @param editor what does it for him
     */
    public Administration(Access access, Editor editor) {
        this.access = access;
        this.editor = editor;
    }

    /** What the actor may do at this moment. */
    @FunctionalInterface
    public interface Access {
        /**
         * Tells whether he may do something.
         *
         * @param organization where
         * @param permission what
         * @return true if he may
         */
        boolean isPermitted(OrganizationId organization, Permission permission);
    }

    /** Does what the actor may do, in his name. */
    public interface Editor {
        /**
         * Finds a configuration for somebody who may edit it.
         *
         * @param organization whose
         * @return the view; empty if no such organization exists
         */
        Optional<ConfigView> view(OrganizationId organization);

        /**
         * Finds a configuration for somebody who may not edit it.
         *
         * @param organization whose
         * @return the view, with nothing of the token; empty if no such organization exists
         */
        Optional<ConfigView> viewWithoutToken(OrganizationId organization);

        /**
         * Checks a configuration as a change would make it.
         *
         * @param organization whose
         * @param change what would get new values
         * @return all that is wrong
         */
        List<ConfigProblem> validate(OrganizationId organization, ConfigDraft change);

        /**
         * Tests a connection as a change would make it.
         *
         * @param organization whose
         * @param change what would get new values
         * @return what was found
         */
        UltraMessageTestResult test(OrganizationId organization, ConfigDraft change);

        /**
         * Makes a change.
         *
         * @param organization whose
         * @param change what gets new values
         * @param verification whether to test first
         * @param action as what it is recorded
         * @return what became of it
         */
        ConfigUpdate update(
                OrganizationId organization, ConfigDraft change, Verification verification, ConfigAction action);

        /**
         * Stops an organization, whatever is wrong with its configuration.
         *
         * @param organization which
         * @return false if no such organization exists
         */
        boolean suspend(OrganizationId organization);

        /**
         * Finds an organization's standbys.
         *
         * @param organization whose
         * @return in the order in which they are tried, nothing of the tokens but what is masked
         */
        List<StandbyView> standbys(OrganizationId organization);

        /**
         * Replaces an organization's standbys.
         *
         * @param organization whose
         * @param standbys in the order in which they are to be tried; a blank token keeps the stored one
         * @param verification whether to test first
         * @return what became of it
         */
        StandbyUpdate updateStandbys(
                OrganizationId organization, List<StandbyInstance> standbys, Verification verification);

        /**
         * Deletes a configuration.
         *
         * @param organization whose
         * @return false if no such organization exists
         */
        boolean delete(OrganizationId organization);

        /**
         * Reads a page of what was changed.
         *
         * @param organization whose
         * @param beforeNumber only entries with lower numbers
         * @param most how many at the most
         * @return the entries, newest first
         */
        List<AuditEntry> history(OrganizationId organization, long beforeNumber, int most);
    }

    /**
     * Tells whether the actor may do something, such as send, which a host guards itself.
     *
     * @param organization where
     * @param permission what
     * @return true if he may at this moment
     */
    public boolean isPermitted(OrganizationId organization, Permission permission) {
        return access.isPermitted(
                Objects.requireNonNull(organization, "organization"), Objects.requireNonNull(permission, "permission"));
    }

    /**
     * Returns if the actor may do something, and throws if he may not: {@code admin.require(acme, Permission.SEND)} before a host sends
     * in somebody's name.
     *
     * @param organization where
     * @param permission what
     * @throws AccessDeniedException if he may not
     */
    public void require(OrganizationId organization, Permission permission) {
        if (!isPermitted(organization, permission)) {
            throw AccessDeniedException.of(permission.name(), organization.value());
        }
    }

    /**
     * Finds an organization's configuration, whether it can be used or not. Who may see it and not edit it sees nothing of the token.
     *
     * @param organization whose
     * @return the view; empty if no such organization exists
     * @throws AccessDeniedException if the actor may not see it
     */
    public Optional<ConfigView> config(OrganizationId organization) {
        if (isPermitted(organization, Permission.EDIT)) { // whoever may edit may see: one question less for admins
            return editor.view(organization);
        }
        require(organization, Permission.VIEW);
        return editor.viewWithoutToken(organization);
    }

    /**
     * Checks what a configuration would be with a change, as a form does before somebody saves. Asks the store and not UltraMsg; whether
     * an instance is another organization's comes out only when the change is saved.
     *
     * @param organization whose; for one that does not exist the change is checked alone
     * @param change what would get new values
     * @return all that is wrong, field by field, empty if nothing is
     * @throws AccessDeniedException if the actor may not edit the configuration
     */
    public List<ConfigProblem> validate(OrganizationId organization, ConfigDraft change) {
        require(organization, Permission.EDIT);
        return editor.validate(organization, Objects.requireNonNull(change, "change"));
    }

    /**
     * Checks a form, see {@link #validate(OrganizationId, ConfigDraft)}.
     *
     * @param organization whose
     * @param form as it was sent
     * @return all that is wrong: first what cannot be read, then what would be wrong with the rest
     * @throws AccessDeniedException if the actor may not edit the configuration
     */
    public List<ConfigProblem> validate(OrganizationId organization, ConfigForm form) {
        return Stream.concat(form.problems().stream(), validate(organization, form.change()).stream())
                .toList();
    }

    /**
     * Tests an organization's connection as it is stored. Sends no message and saves nothing.
     *
     * @param organization whose
     * @return what was found and what to do next
     * @throws AccessDeniedException if the actor may not test the connection
     */
    public UltraMessageTestResult test(OrganizationId organization) {
        require(organization, Permission.TEST);
        return editor.test(organization, ConfigDraft.builder().build());
    }

    /**
     * Tests an organization's connection as a change would make it. Sends no message and saves nothing. Since it takes the stored token
     * wherever the change says, it is for those who may edit.
     *
     * @param organization whose
     * @param change what would get new values
     * @return what was found and what to do next
     * @throws AccessDeniedException if the actor may not edit the configuration
     */
    public UltraMessageTestResult test(OrganizationId organization, ConfigDraft change) {
        require(organization, Permission.EDIT);
        return editor.test(organization, Objects.requireNonNull(change, "change"));
    }

    /**
     * Makes a change after testing it, see {@link #update(OrganizationId, ConfigDraft, Verification)}.
     *
     * @param organization whose
     * @param change what gets new values; all else stays as it is
     * @return saved, or why not
     * @throws AccessDeniedException if the actor may not edit the configuration
     */
    public ConfigUpdate update(OrganizationId organization, ConfigDraft change) {
        return update(organization, change, Verification.TEST_FIRST);
    }

    /**
     * Makes a change. With a test, it is saved only if UltraMsg recognizes the credentials; if the connection works, the organization
     * becomes active, unless the change names another status or a person has suspended it.
     *
     * <p>What was checked and tested is what is saved: if the configuration changes meanwhile, and the change names no version, all of it
     * is done again; if that happens time and again, it has {@linkplain ConfigUpdate.ChangedMeanwhile changed meanwhile}. A limit below what was used
     * today is no problem: nothing more is sent until the organization's next day.
     *
     * @param organization whose
     * @param change what gets new values; all else stays as it is
     * @param verification whether to test first
     * @return saved, or why not
     * @throws AccessDeniedException if the actor may not edit the configuration
     */
    public ConfigUpdate update(OrganizationId organization, ConfigDraft change, Verification verification) {
        Objects.requireNonNull(change, "change");
        Objects.requireNonNull(verification, "verification");
        require(organization, Permission.EDIT);
        return editor.update(organization, change, verification, ConfigAction.UPDATED);
    }

    /**
     * Makes the change of a form, unless something in it cannot be read.
     *
     * @param organization whose
     * @param form as it was sent
     * @param verification whether to test first
     * @return saved, or why not
     * @throws AccessDeniedException if the actor may not edit the configuration
     */
    public ConfigUpdate update(OrganizationId organization, ConfigForm form, Verification verification) {
        if (form.problems().isEmpty()) {
            return update(organization, form.change(), verification);
        }
        return new ConfigUpdate.Invalid(validate(organization, form));
    }

    /**
     * Lets an organization send, after testing its connection. Also one that was suspended.
     *
     * @param organization which
     * @return saved, or why not
     * @throws AccessDeniedException if the actor may not edit the configuration
     */
    public ConfigUpdate activate(OrganizationId organization) {
        require(organization, Permission.EDIT);
        return editor.update(
                organization,
                ConfigDraft.builder().status(InstanceStatus.ACTIVE).build(),
                Verification.TEST_FIRST,
                ConfigAction.ACTIVATED);
    }

    /**
     * Stops an organization, whatever is wrong with its configuration. What it sends is rejected as {@code INACTIVE} from now on, what
     * waits in the outbox goes on waiting, and no test and no check lets it send again: {@link #activate} does.
     *
     * @param organization which
     * @return false if no such organization exists
     * @throws AccessDeniedException if the actor may not edit the configuration
     */
    public boolean suspend(OrganizationId organization) {
        require(organization, Permission.EDIT);
        return editor.suspend(organization);
    }

    /**
     * Replaces the token, after testing the new one.
     *
     * @param organization whose
     * @param token the new token; a blank one is a problem here
     * @return saved, or why not
     * @throws AccessDeniedException if the actor may not edit the configuration
     */
    public ConfigUpdate rotateToken(OrganizationId organization, @Nullable String token) {
        require(organization, Permission.EDIT);
        ConfigDraft change = ConfigDraft.builder().token(token).build();
        return change.token().isEmpty()
                ? new ConfigUpdate.Invalid(List.of(ConfigProblem.of(ConfigField.TOKEN, ConfigProblem.Code.REQUIRED)))
                : editor.update(organization, change, Verification.TEST_FIRST, ConfigAction.TOKEN_ROTATED);
    }

    /**
     * Finds the instances that take an organization's messages when its own cannot. Since they have tokens of their own, they are shown to
     * those alone who may edit.
     *
     * @param organization whose
     * @return the standbys in the order in which they are tried; empty if there are none or no such organization exists. One whose token
     *     cannot be opened is left out, and logged
     * @throws AccessDeniedException if the actor may not edit the configuration
     */
    public List<StandbyView> standbys(OrganizationId organization) {
        require(organization, Permission.EDIT);
        return editor.standbys(organization);
    }

    /**
     * Replaces an organization's standbys after testing each of them, see {@link #updateStandbys(OrganizationId, List, Verification)}.
     *
     * @param organization whose
     * @param standbys in the order in which they are to be tried, empty for none
     * @return saved, or why not
     * @throws AccessDeniedException if the actor may not edit the configuration
     */
    public StandbyUpdate updateStandbys(OrganizationId organization, List<StandbyInstance> standbys) {
        return updateStandbys(organization, standbys, Verification.TEST_FIRST);
    }

    /**
     * Replaces an organization's standbys, all at once. With a test, they are saved only if UltraMsg recognizes all credentials. One whose
     * token is blank, as in {@link StandbyView#unchanged}, keeps the stored token of its instance.
     *
     * <p>A message goes through a standby when it is certain that the instance before has not taken it and cannot: it cannot be reached,
     * is stopped, is not linked to a phone, or its status is error. It never does while an outcome is unknown. See {@link
     * io.smartqueue.ultramsg.failover.NumberPolicy} for who may get messages from another number.
     *
     * <p>The version of the configuration stays what it is: of two people who replace standbys at the same moment, the later one's stay.
     *
     * @param organization whose
     * @param standbys in the order in which they are to be tried, empty for none
     * @param verification whether to test first
     * @return saved, or why not: also {@linkplain StandbyUpdate.Invalid invalid} if an instance is named more than once
     * @throws AccessDeniedException if the actor may not edit the configuration
     */
    public StandbyUpdate updateStandbys(
            OrganizationId organization, List<StandbyInstance> standbys, Verification verification) {
        List<StandbyInstance> replacement = List.copyOf(standbys);
        Objects.requireNonNull(verification, "verification");
        require(organization, Permission.EDIT);
        return editor.updateStandbys(organization, replacement, verification);
    }

    /**
     * Deletes what an organization needs to send: instance, token, base URL, number, webhook, and all its standbys. Limit, counts, time
     * zone, region, pace, which webhooks were revoked and history stay. What is being sent at this moment ends as it would have; from then on sends are rejected as {@code
     * NOT_CONFIGURED}, and so is at once what waits in the outbox, where it stays for {@code retry}. If this throws, part of it may be
     * done; call it again.
     *
     * @param organization whose
     * @return false if no such organization exists
     * @throws AccessDeniedException if the actor may not edit the configuration
     */
    public boolean deleteConfiguration(OrganizationId organization) {
        require(organization, Permission.EDIT);
        return editor.delete(organization);
    }

    /**
     * Reads what was done to an organization's configuration, newest first, page by page as far as somebody reads. Changes that a host
     * makes with statements of its own are not in it.
     *
     * @param organization whose
     * @return each entry once; to be read by one thread. Empty if nothing was done or no such organization exists
     * @throws AccessDeniedException if the actor may not edit the configuration
     */
    public Stream<AuditEntry> history(OrganizationId organization) {
        return history(organization, Long.MAX_VALUE);
    }

    /**
     * Reads what has changed a configuration since somebody was shown it, newest first: what a form says beside {@link
     * ConfigUpdate.ChangedMeanwhile}. Changes that a host makes with statements of its own raise the version and are not in it.
     *
     * @param organization whose
     * @param version as {@link ConfigView#version} was then
     * @return the entries of later versions that tell of a changed field, the actor's own included; empty if nothing has changed
     * @throws AccessDeniedException if the actor may not edit the configuration
     */
    public List<AuditEntry> changesSince(OrganizationId organization, long version) {
        return history(organization)
                .takeWhile(entry -> entry.version() > version)
                .filter(entry -> !entry.changes().isEmpty())
                .toList();
    }

    /**
     * Reads what was done before something that {@link #history(OrganizationId)} has told, newest first: the next page of a list.
     *
     * @param organization whose
     * @param beforeNumber only entries with lower {@linkplain AuditEntry#number numbers}
     * @return each entry once; to be read by one thread. Empty if nothing was done before or no such organization exists
     * @throws AccessDeniedException if the actor may not edit the configuration
     */
    public Stream<AuditEntry> history(OrganizationId organization, long beforeNumber) {
        require(organization, Permission.EDIT);
        return HistoryPages.stream(PAGE, beforeNumber, (before, most) -> editor.history(organization, before, most));
    }
}
