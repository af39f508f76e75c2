package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.error.TokenSealException;
import io.smartqueue.ultramsg.error.UltraMessageException;
import io.smartqueue.ultramsg.jdbi.TenantScope.TenantStatement;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.TokenSeal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings stored tokens, organizations' own and their standbys', into another form, one after the other, each in a statement of
 * its own, while sends go on. What is in that form already is passed over, so a run that was cut short is simply run again.
 */
final class TokenSealing {
    private static final Logger LOG = LoggerFactory.getLogger(TokenSealing.class);

    private final TenantScope scope;
    private final TableLayout layout;
    private final TokenSeal seal;
    private final TenantStatement token;
    private final TenantStatement replacement;
    private final TenantStatement standbyToken;
    private final TenantStatement standbyReplacement;

    TokenSealing(TenantScope scope, TableLayout layout, TokenSeal seal) {
        this.scope = scope;
        this.layout = layout;
        this.seal = seal;
        this.token = TenantScope.statement("select ultramsg_token from " + layout.organizations() + " where "
                + layout.isTheOrganization() + " and ultramsg_token is not null");
        this.replacement = TenantScope.statement("update " + layout.organizations() + " set ultramsg_token = ? where "
                + layout.isTheOrganization() + " and ultramsg_token = ?");
        String isTheStandby = " where organization_id = " + layout.keyParameter() + " and instance_id = ?";
        this.standbyToken = TenantScope.statement("select token from " + layout.standbys() + isTheStandby);
        this.standbyReplacement = TenantScope.statement(
                "update " + layout.standbys() + " set token = ?" + isTheStandby + " and token = ?");
    }

    /**
     * Where a token is stored.
     *
     * @param organization whose it is
     * @param standby the standby that it belongs to, or null for the organization's own instance
     */
    private record StoredToken(
            OrganizationId organization, @Nullable String standby) {}

    /** Seals with the first key whatever is stored in plain text or sealed with another key. */
    ResealReport reseal() {
        String keyId = seal.sealingKeyId()
                .orElseThrow(() -> new IllegalStateException(
                        "the store was opened with plainTextTokens(): there is no key to seal with"));
        return rewrite(tokens("key_id is distinct from ?", keyId), seal);
    }

    /** Stores in plain text whatever is sealed. */
    ResealReport unseal() {
        return rewrite(tokens("key_id is not null"), TokenSeal.plainText());
    }

    /** Those of an organization that is no more as well: it may come back. */
    private List<StoredToken> tokens(String condition, String... values) {
        if (Thread.currentThread().isInterrupted()) {
            return List.of();
        }
        String sql = """
                select organization, instance_id
                from (
                    select cast(organization_id as text) collate "C", cast(null as text) collate "C", key_id from %s()
                    union all
                    select cast(organization_id as text) collate "C", instance_id, token_key_id from %s)
                    as stored (organization, instance_id, key_id)
                where %s
                order by organization, instance_id nulls first""".formatted(layout.function("ultramsg_token_keys"), layout.standbys(), condition);
        return scope
                .queryAcross(
                        sql,
                        row -> {
                            String standby = row.getString(2);
                            return named(row.getString(1)).map(organization -> new StoredToken(organization, standby));
                        },
                        values)
                .stream()
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

    private ResealReport rewrite(List<StoredToken> tokens, TokenSeal newSeal) {
        int changed = 0;
        @Nullable OrganizationId storageFailedFor = null;
        Map<OrganizationId, String> failed = new HashMap<>();
        for (StoredToken token : tokens) {
            if (Thread.currentThread().isInterrupted()) {
                LOG.info("Interrupted after {} of {} tokens; run it again to go on", changed, tokens.size());
                break;
            }
            try {
                changed += rewrite(token, newSeal);
                storageFailedFor = null;
            } catch (TokenSealException | StorageException e) {
                // One organization's rows may be held by somebody; those of two in a row, and it is the database that
                // is gone.
                boolean storageFailed = e instanceof StorageException;
                if (storageFailed && storageFailedFor != null && !storageFailedFor.equals(token.organization())) {
                    throw e;
                }
                storageFailedFor = storageFailed ? token.organization() : null;
                failed.merge(token.organization(), reason(token, e), (one, other) -> one + "; " + other);
            }
        }
        return new ResealReport(changed, failed);
    }

    private static String reason(StoredToken token, UltraMessageException failure) {
        return token.standby() == null
                ? String.valueOf(failure.getMessage())
                : "standby " + token.standby() + ": " + failure.getMessage();
    }

    /** 1 if changed now; 0 if somebody else has changed or removed the token at the same moment. */
    private int rewrite(StoredToken token, TokenSeal newSeal) {
        return layout.key(token.organization())
                .map(key -> token.standby() == null
                        ? rewriteOwn(key, token.organization(), newSeal)
                        : rewriteStandbys(key, token.organization(), token.standby(), newSeal))
                .orElse(0);
    }

    private int rewriteOwn(TenantKey key, OrganizationId organization, TokenSeal newSeal) {
        return scope.findOne(token, key, row -> row.getString(1), key.text())
                .map(stored ->
                        scope.update(replacement, key, inNewForm(organization, stored, newSeal), key.text(), stored))
                .orElse(0);
    }

    private int rewriteStandbys(TenantKey key, OrganizationId organization, String standby, TokenSeal newSeal) {
        return scope.findOne(standbyToken, key, row -> row.getString(1), key.text(), standby)
                .map(stored -> scope.update(
                        standbyReplacement, key, inNewForm(organization, stored, newSeal), key.text(), standby, stored))
                .orElse(0);
    }

    private String inNewForm(OrganizationId organization, String stored, TokenSeal newSeal) {
        return newSeal.seal(organization, seal.open(organization, stored));
    }
}
