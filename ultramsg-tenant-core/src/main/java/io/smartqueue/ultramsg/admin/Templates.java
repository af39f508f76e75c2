package io.smartqueue.ultramsg.admin;

import io.smartqueue.ultramsg.organization.ChangeOrigin;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What somebody who runs the service does with templates: keeps presets under a name, brings them to organizations, takes that back.
 *
 * <pre>{@code
 * Templates templates = whatsApp.templates(Actor.operator("anna"));
 * ConfigDraft values = ConfigDraft.builder().dailyLimit(500).timeZone("Europe/Berlin").build();
 * templates.save(TemplateName.of("starter"), values);
 * Template starter = templates.find(TemplateName.of("starter")).orElseThrow();
 * RollOut rollOut = templates.apply(starter, organizations);
 * rollOut.next(5);
 * rollOut.rest();
 * templates.undo(rollOut.id()).rest();
 * }</pre>
 *
 * <p>Each change is one to that organization's configuration like any other: checked, made to the version that was looked at, and recorded
 * in its history together with it, with the template's name and version and the roll-out's id. What a template brings is right in itself,
 * so it is applied whatever else is wrong with a configuration, or still missing from it.
 *
 * <p>All methods block, and throw {@link io.smartqueue.ultramsg.error.StorageException} if the store cannot answer. Thread-safe; cheap to
 * make.
 */
public final class Templates {
    private static final String TEMPLATE = "template";
    private static final String UNDO = "undo";
    /** What can be taken back: all that it changed is in the organizations' histories, which of tokens holds only what may be seen. */
    private static final Set<String> UNDONE = Set.of(TEMPLATE, UNDO);

    private final TemplateStore store;
    private final Editor editor;

    /**
     * Made by the manager: {@code UltraMessageInstanceManager.templates(operator)}.
     *
     * @param store where templates are kept
     * @param editor what changes organizations in the operator's name
     */
    public Templates(TemplateStore store, Editor editor) {
        this.store = store;
        this.editor = editor;
    }

    /** Does to one organization what the operator does to many, in his name. */
    public interface Editor {
        /**
         * Checks and keeps a template.
         *
         * @param name what it is called
         * @param values what it sets
         * @return saved, or why not
         */
        TemplateSave save(TemplateName name, ConfigDraft values);

        /**
         * Returns the one spelling of an id.
         *
         * @param organization as somebody spells it
         * @return the canonical id
         */
        OrganizationId canonical(OrganizationId organization);

        /**
         * Tells what a template would change.
         *
         * @param template which
         * @param organization whose configuration
         * @param options what is allowed
         * @return changes and problems
         */
        TemplatePreview preview(Template template, OrganizationId organization, RollOutOptions options);

        /**
         * Applies a template.
         *
         * @param template which
         * @param organization whose configuration
         * @param seen the version that it must have, or null for whatever it has
         * @param origin as what it is recorded
         * @param options what is allowed
         * @return what became of it
         */
        RollOutOutcome apply(
                Template template,
                OrganizationId organization,
                @Nullable Long seen,
                ChangeOrigin origin,
                RollOutOptions options);

        /**
         * Takes back what a roll-out has changed.
         *
         * @param organization whose configuration
         * @param origin as what it is recorded; its name is the roll-out
         * @param options what is allowed
         * @return what became of it
         */
        RollOutOutcome undo(OrganizationId organization, ChangeOrigin origin, RollOutOptions options);

        /**
         * Finds whom a roll-out has changed.
         *
         * @param rollOut which
         * @return each once
         */
        List<OrganizationId> organizationsOf(String rollOut);

        /**
         * Finds what a roll-out has brought.
         *
         * @param rollOut which
         * @return where its values came from, or empty if it has changed nobody
         */
        Optional<ChangeOrigin> originOf(String rollOut);
    }

    /**
     * Keeps a template under a name, as a new version if there is one. Organizations to which an older one was applied stay as they are.
     *
     * @param name what it is called
     * @param values the fields that it sets, some of {@link Template#fields}; a blank one is to be cleared
     * @return saved as it is understood, or all that no organization could use, field by field
     */
    public TemplateSave save(TemplateName name, ConfigDraft values) {
        return editor.save(Objects.requireNonNull(name, "name"), Objects.requireNonNull(values, "values"));
    }

    /**
     * Finds the newest version of a template.
     *
     * @param name what it is called
     * @return the template, or empty if there is none of that name, or it was deleted
     */
    public Optional<Template> find(TemplateName name) {
        return store.find(Objects.requireNonNull(name, "name"));
    }

    /**
     * Finds a version of a template, also of one that was deleted.
     *
     * @param name what it is called
     * @param version which
     * @return the template, or empty if there was never one
     */
    public Optional<Template> find(TemplateName name, long version) {
        return store.find(Objects.requireNonNull(name, "name"), version);
    }

    /**
     * Lists the templates.
     *
     * @return the newest version of each that was not deleted, in the order of the names' characters
     */
    public List<Template> list() {
        return store.list();
    }

    /**
     * Deletes a template. Organizations to which it was applied stay as they are, and what was done to them can still be looked up and
     * taken back. A template that is saved under the name later goes on counting versions.
     *
     * @param name what it is called
     * @return false if there was none of that name
     */
    public boolean delete(TemplateName name) {
        return store.delete(Objects.requireNonNull(name, "name"));
    }

    /**
     * Tells what a template would change, see {@link #preview(Template, Collection, RollOutOptions)}.
     *
     * @param template which
     * @param organizations whose configurations
     * @return of each organization once
     */
    public Stream<TemplatePreview> preview(Template template, Collection<OrganizationId> organizations) {
        return preview(template, organizations, RollOutOptions.defaults());
    }

    /**
     * Tells what a template would change, and changes nothing. UltraMsg is not asked.
     *
     * @param template which
     * @param organizations whose configurations
     * @param options what would be allowed
     * @return of each organization once, looked at when the stream comes to it; to be read by one thread
     */
    public Stream<TemplatePreview> preview(
            Template template, Collection<OrganizationId> organizations, RollOutOptions options) {
        Objects.requireNonNull(template, "template");
        Objects.requireNonNull(options, "options");
        return List.copyOf(organizations).stream()
                .map(editor::canonical)
                .distinct()
                .map(organization -> editor.preview(template, organization, options));
    }

    /**
     * Prepares to apply a template, see {@link #apply(Template, Collection, RollOutOptions)}.
     *
     * @param template which
     * @param organizations whose configurations
     * @return to be carried out stage by stage
     */
    public RollOut apply(Template template, Collection<OrganizationId> organizations) {
        return apply(template, organizations, RollOutOptions.defaults());
    }

    /**
     * Prepares to apply a template to organizations, whatever their configurations are when their turns come. Those that were changed under
     * the {@linkplain RollOutOptions#id id} before are left out.
     *
     * @param template which
     * @param organizations whose configurations, in the order of their turns; one that is named twice has one
     * @param options such as the id under which it can be taken up
     * @return to be carried out stage by stage
     * @throws IllegalArgumentException if something else was done under the id
     */
    public RollOut apply(Template template, Collection<OrganizationId> organizations, RollOutOptions options) {
        ChangeOrigin origin = origin(template, options);
        return rollOut(
                origin, organizations, organization -> editor.apply(template, organization, null, origin, options));
    }

    /**
     * Prepares to apply a template where a preview was looked at, and only where it still holds: who was changed since is reported as
     * {@link RollOutOutcome.ChangedMeanwhile} and stays as he is. Those with problems are tried like the others, for the problems may be
     * over, or allowed by now.
     *
     * @param previews of one version of one template, in the order of the turns
     * @param options such as the id under which it can be taken up
     * @return to be carried out stage by stage
     * @throws IllegalArgumentException if there are no previews, or of several templates, or something else was done under the id
     */
    public RollOut applyPreviewed(List<TemplatePreview> previews, RollOutOptions options) {
        Map<OrganizationId, Long> seen = new LinkedHashMap<>();
        previews.forEach(preview -> seen.put(editor.canonical(preview.organization()), preview.version()));
        long templates = previews.stream()
                .map(preview ->
                        List.of(preview.template().name(), preview.template().version()))
                .distinct()
                .count();
        if (templates != 1) {
            throw new IllegalArgumentException("previews of " + templates + " templates: give those of one");
        }
        Template template = previews.get(0).template();
        ChangeOrigin origin = origin(template, options);
        return rollOut(
                origin,
                seen.keySet(),
                organization -> editor.apply(template, organization, seen.get(organization), origin, options));
    }

    private static ChangeOrigin origin(Template template, RollOutOptions options) {
        String id = options.id().orElseGet(() -> UUID.randomUUID().toString());
        return ChangeOrigin.of(TEMPLATE, template.name().value(), id).version(template.version());
    }

    /** For those who are left under its id, unless something else has been done under it. */
    private RollOut rollOut(
            ChangeOrigin origin,
            Collection<OrganizationId> organizations,
            Function<OrganizationId, RollOutOutcome> change) {
        String id = origin.rollOut();
        if (editor.originOf(id).filter(found -> !found.equals(origin)).isPresent()) {
            throw new IllegalArgumentException(
                    "under the id " + id + " something else was rolled out before: give another one");
        }
        Set<OrganizationId> done = Set.copyOf(editor.organizationsOf(id));
        List<OrganizationId> left = organizations.stream()
                .map(editor::canonical)
                .distinct()
                .filter(organization -> !done.contains(organization))
                .toList();
        return new RollOut(id, left, change);
    }

    /**
     * Prepares to take a roll-out back, see {@link #undo(String, RollOutOptions)}.
     *
     * @param rollOut its {@link RollOut#id}
     * @return to be carried out stage by stage
     */
    public RollOut undo(String rollOut) {
        return undo(rollOut, RollOutOptions.defaults());
    }

    /**
     * Prepares to take a roll-out back: each field that still has the value which the roll-out gave it gets the one that it had before, as
     * the organization's history says. A field that somebody has changed since stays as it is and is reported as kept. A limit that was not
     * set becomes the default, {@value io.smartqueue.ultramsg.organization.UltraMessageConfig#DEFAULT_DAILY_LIMIT}.
     *
     * <p>It is a roll-out of its own, checked, tested and recorded like the one that it takes back. Unless the options name an id, its id is
     * made of that one's, so that to undo the same again changes nothing, or goes on where it stopped. It can be taken back in its turn.
     *
     * @param rollOut its {@link RollOut#id}
     * @param options what is allowed, and under which id
     * @return to be carried out stage by stage, in no particular order
     * @throws IllegalArgumentException if that roll-out was no template's and no undo, or something else was done under the id, or the id
     *     is too long to make another one of it
     */
    public RollOut undo(String rollOut, RollOutOptions options) {
        ChangeOrigin origin = undoing(rollOut, options);
        return rollOut(
                origin, editor.organizationsOf(rollOut), organization -> editor.undo(organization, origin, options));
    }

    /**
     * Takes a roll-out back for one organization, see {@link #undo(String, RollOutOptions)}.
     *
     * @param rollOut its {@link RollOut#id}
     * @param organization whose configuration
     * @param options what is allowed, and under which id
     * @return what became of it; unchanged if the roll-out has not changed this organization
     * @throws IllegalArgumentException as there
     */
    public RollOutOutcome undo(String rollOut, OrganizationId organization, RollOutOptions options) {
        return editor.undo(editor.canonical(organization), undoing(rollOut, options), options);
    }

    private ChangeOrigin undoing(String rollOut, RollOutOptions options) {
        Optional<ChangeOrigin> undone = editor.originOf(Objects.requireNonNull(rollOut, "rollOut"));
        if (undone.filter(found -> !UNDONE.contains(found.kind())).isPresent()) {
            throw new IllegalArgumentException(
                    "what was done under the id " + rollOut + " was no roll-out of a template");
        }
        return ChangeOrigin.of(UNDO, rollOut, options.id().orElse(UNDO + "-" + rollOut));
    }
}
