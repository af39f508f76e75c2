package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.error.TokenSealException;
import io.smartqueue.ultramsg.jdbi.TenantScope.TenantStatement;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.TokenSeal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings stored tokens into another form, one organization after the other, each in a statement of its own, while sends go
 * on. What is in that form already is passed over, so a run that was cut short is simply run again.
 */
final class TokenSealing {
    private static final Logger LOG = LoggerFactory.getLogger(TokenSealing.class);

    private final TenantScope scope;
    private final TableLayout layout;
    private final TokenSeal seal;
    private final TenantStatement token;
    private final TenantStatement replacement;

    TokenSealing(TenantScope scope, TableLayout layout, TokenSeal seal) {
        this.scope = scope;
        this.layout = layout;
        this.seal = seal;
        this.token = TenantScope.statement("select ultramsg_token from " + layout.organizations() + " where "
                + layout.isTheOrganization() + " and ultramsg_token is not null");
        this.replacement = TenantScope.statement("update " + layout.organizations() + " set ultramsg_token = ? where "
                + layout.isTheOrganization() + " and ultramsg_token = ?");
    }

    /** Seals with the first key whatever is stored in plain text or sealed with another key. */
    ResealReport reseal() {
        String keyId = seal.sealingKeyId()
                .orElseThrow(() -> new IllegalStateException(
                        "the store was opened with plainTextTokens(): there is no key to seal with"));
        return rewrite(organizations("key_id is distinct from ?", keyId), seal);
    }

    /** Stores in plain text whatever is sealed. */
    ResealReport unseal() {
        return rewrite(organizations("key_id is not null"), TokenSeal.plainText());
    }

    private List<OrganizationId> organizations(String condition, String... values) {
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        String sql = "select cast(organization_id as text) from " + layout.function("ultramsg_token_keys") + "() where "
                + condition;
        return scope.queryAcross(sql, row -> named(row.getString(1)), values).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /** A text key may be too long or hold characters that no id has; such an organization cannot send in any case. */
    private static Optional<OrganizationId> named(String key) {
        try {
            return Optional.of(OrganizationId.of(key));
        } catch (IllegalArgumentException unnameable) {
            return Optional.empty();
        }
    }

    private ResealReport rewrite(List<OrganizationId> organizations, TokenSeal newSeal) {
        int changed = 0;
        boolean storageFailedLast = false;
        Map<OrganizationId, String> failed = new HashMap<>();
        for (OrganizationId organization : organizations) {
            if (Thread.currentThread().isInterrupted()) {
                LOG.info("Interrupted after {} of {} tokens; run it again to go on", changed, organizations.size());
                break;
            }
            try {
                changed += rewrite(organization, newSeal);
                storageFailedLast = false;
            } catch (TokenSealException | StorageException e) {
                // One row may be held by somebody; twice in a row, it is the database that is gone.
                if (e instanceof StorageException && storageFailedLast) {
                    throw e;
                }
                storageFailedLast = e instanceof StorageException;
                failed.put(organization, e.getMessage());
            }
        }
        return new ResealReport(changed, failed);
    }

    /** 1 if changed now; 0 if somebody else has changed or removed the token at the same moment. */
    private int rewrite(OrganizationId organization, TokenSeal newSeal) {
        return layout.key(organization)
                .map(key -> scope.findOne(token, key, row -> row.getString(1), key.text())
                        .map(stored -> scope.update(
                                replacement,
                                key,
                                newSeal.seal(organization, seal.open(organization, stored)),
                                key.text(),
                                stored))
                        .orElse(0))
                .orElse(0);
    }
}
