package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.Map;

/**
 * What became of the stored tokens, organizations' own and their standbys'. Prints no token.
 *
 * @param changed how many tokens were brought into their new form
 * @param failed the organizations of which a token stayed as it was, each with the reason and what to do
 */
public record ResealReport(int changed, Map<OrganizationId, String> failed) {
    public ResealReport {
        failed = Map.copyOf(failed);
    }
}
