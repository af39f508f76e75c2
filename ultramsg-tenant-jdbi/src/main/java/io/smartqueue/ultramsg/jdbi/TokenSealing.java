package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.error.TokenSealException;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.TokenSeal;
import org.jdbi.v3.core.statement.Query;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Brings stored tokens into another form, one organization after the other, each in a statement of its own, while sends go
 * on. What is in that form already is passed over, so a run that was cut short is simply run again.
 */
final class TokenSealing {
    private static final Logger LOG = LoggerFactory.getLogger(TokenSealing.class);

    private final TenantScope scope;
    private final TokenSeal seal;

    TokenSealing(TenantScope scope, TokenSeal seal) {
        this.scope = scope;
        this.seal = seal;
    }

    /** Seals with the first key whatever is stored in plain text or sealed with another key. */
    ResealReport reseal() {
        String keyId = seal.sealingKeyId()
                .orElseThrow(() -> new IllegalStateException(
                        "the store was opened with plainTextTokens(): there is no key to seal with"));
        return rewrite(organizations("key_id is distinct from :key", query -> query.bind("key", keyId)), seal);
    }

    /** Stores in plain text whatever is sealed. */
    ResealReport unseal() {
        return rewrite(organizations("key_id is not null", query -> query), TokenSeal.plainText());
    }

    private List<OrganizationId> organizations(String condition, UnaryOperator<Query> bind) {
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        String sql = "select cast(organization_id as text) from "
                + scope.layout().function("ultramsg_token_keys") + "() where " + condition;
        return scope.queryAcross(
                sql,
                bind,
                rows -> rows.mapTo(String.class).stream()
                        .flatMap(key -> named(key).stream())
                        .toList());
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
        String table = scope.layout().organizations();
        String isTheOrganization = scope.layout().isTheOrganization();
        Optional<String> stored = scope.query(
                organization,
                "select ultramsg_token from " + table + " where " + isTheOrganization,
                query -> query,
                rows -> rows.mapTo(String.class).findOne());
        if (stored.isEmpty()) {
            return 0;
        }
        String rewritten = newSeal.seal(organization, seal.open(organization, stored.get()));
        return scope.update(
                organization,
                "update " + table + " set ultramsg_token = :rewritten where " + isTheOrganization
                        + " and ultramsg_token = :stored",
                query -> query.bind("stored", stored.get()).bind("rewritten", rewritten));
    }
}
