package io.smartqueue.ultramsg.admin;

import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.FieldChange;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.List;
import java.util.Objects;

/**
 * What a template would change for one organization. Immutable and thread-safe.
 *
 * @param template which
 * @param organization whose configuration
 * @param version the version of the configuration that was looked at; -1 if there is no such organization
 * @param changes the fields that would get other values; empty if it has all values of the template already
 * @param problems why the template would not be applied, empty if it would
 */
public record TemplatePreview(
        Template template,
        OrganizationId organization,
        long version,
        List<FieldChange> changes,
        List<ConfigProblem> problems) {
    public TemplatePreview {
        Objects.requireNonNull(template, "template");
        Objects.requireNonNull(organization, "organization");
        changes = List.copyOf(changes);
        problems = List.copyOf(problems);
    }
}
