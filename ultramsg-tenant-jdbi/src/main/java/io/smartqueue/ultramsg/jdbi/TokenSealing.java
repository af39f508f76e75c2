package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.TokenSeal;

import java.util.List;

/** Seals tokens that were stored in plain text before the host had keys. */
final class TokenSealing {
    private final TenantScope scope;
    private final TokenSeal seal;

    TokenSealing(TenantScope scope, TokenSeal seal) {
        this.scope = scope;
        this.seal = seal;
    }

    int sealAll() {
        if (!seal.hasKeys()) {
            throw new IllegalStateException(
                    "the store was opened with plainTextTokens(): there is no key to seal with");
        }
        List<String> unsealed = scope.queryAcross(
                "select key::text from " + scope.layout().function("ultramsg_unsealed_tokens") + "() as key",
                rows -> rows.mapTo(String.class).list());
        return (int)
                unsealed.stream().map(OrganizationId::of).filter(this::seal).count();
    }

    /** True if sealed now; false if somebody else has sealed or changed it at the same moment. */
    private boolean seal(OrganizationId organization) {
        String table = scope.layout().organizations();
        String isTheOrganization = scope.layout().isTheOrganization();
        return scope.query(
                        organization,
                        "select ultramsg_token from " + table + " where " + isTheOrganization,
                        query -> query,
                        rows -> rows.mapTo(String.class).findOne())
                .filter(stored -> !TokenSeal.isSealed(stored))
                .filter(stored -> scope.update(
                                organization,
                                "update " + table + " set ultramsg_token = :sealed where " + isTheOrganization
                                        + " and ultramsg_token = :stored",
                                query -> query.bind("stored", stored)
                                        .bind("sealed", seal.seal(organization, AccessToken.of(stored))))
                        == 1)
                .isPresent();
    }
}
