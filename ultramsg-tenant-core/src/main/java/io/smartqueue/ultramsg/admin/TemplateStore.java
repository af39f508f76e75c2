package io.smartqueue.ultramsg.admin;

import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ConfigDraft;

import java.util.List;
import java.util.Optional;

/**
 * Where templates are kept. They belong to the service and to no organization. Implemented by the PostgreSQL module and, for tests, in
 * memory by the testkit; a host may bring its own.
 *
 * <p>What an implementer promises is written as tests in the testkit's {@code TemplateStoreContract}. Every method throws {@link
 * io.smartqueue.ultramsg.error.StorageException} if the store cannot answer. Thread-safe.
 */
public interface TemplateStore {
    /**
     * Keeps a new version of a template; the versions before stay as they are. They count from 1 on, also for two who save at the same
     * moment, on whatever nodes, and after a {@link #delete}: no two templates ever have the same name and version.
     *
     * @param name what it is called
     * @param values what it sets, already checked: some of {@link Template#fields}, blank ones too
     * @param operator who saves it
     * @return the template
     */
    Template save(TemplateName name, ConfigDraft values, Actor.Operator operator);

    /**
     * Finds the newest version of a template.
     *
     * @param name exactly as it was saved
     * @return the template, or empty if there is none of that name, or it was deleted
     */
    Optional<Template> find(TemplateName name);

    /**
     * Finds a version of a template, be it the newest, an older one or a deleted one: what was done to organizations names it.
     *
     * @param name exactly as it was saved
     * @param version which
     * @return the template, or empty if there was never one
     */
    Optional<Template> find(TemplateName name, long version);

    /**
     * Lists the templates that can be applied.
     *
     * @return the newest version of each that was not deleted, in the order of the names' characters
     */
    List<Template> list();

    /**
     * Takes a template out of what can be applied. Its versions can still be found by their numbers.
     *
     * @param name exactly as it was saved
     * @return false if there was none of that name
     */
    boolean delete(TemplateName name);
}
