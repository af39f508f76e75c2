package io.smartqueue.ultramsg.organization;

import java.util.Objects;

/**
 * Checks configuration and reports everything that is wrong at once.
 *
 * <p>The SQL function {@code validate_ultramsg_config} of the PostgreSQL module agrees with it on instance id, token and
 * base URL for the default {@link AllowedHosts}. Immutable and thread-safe.
 */
public final class ConfigValidator {
    private final AllowedHosts allowedHosts;

    private ConfigValidator(AllowedHosts allowedHosts) {
        this.allowedHosts = allowedHosts;
    }

    /**
     * Returns a validator.
     *
     * @param allowedHosts where organizations may aim their base URL
     * @return the validator
     */
    public static ConfigValidator of(AllowedHosts allowedHosts) {
        return new ConfigValidator(Objects.requireNonNull(allowedHosts, "allowedHosts"));
    }

    /**
     * Checks a draft as a whole configuration: what it does not name has its default, or is reported as missing.
     *
     * @param draft what was typed or stored
     * @return the configuration, or all problems
     */
    public ConfigValidation validate(ConfigDraft draft) {
        return new ConfigReading(allowedHosts).read(Objects.requireNonNull(draft, "draft"));
    }
}
