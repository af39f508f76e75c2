package io.smartqueue.ultramsg.organization;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The one instance of a service that kept it in environment variables, for all its organizations: {@code ULTRAMSG_INSTANCE_ID} and
 * {@code ULTRAMSG_TOKEN}, and, if it is to be named, {@code ULTRAMSG_BASE_URL} and {@code WHATSAPP_BUSINESS_NUMBER}.
 *
 * <pre>{@code
 * UltraMessageInstanceManager.builder(store).environment(EnvironmentInstance.fromSystem()).build();
 * }</pre>
 *
 * <p>Read once: a variable that changes later is not noticed. Immutable and thread-safe; prints the names of variables only.
 */
public final class EnvironmentInstance {
    /** Holds the instance's id. */
    public static final String INSTANCE_ID = "ULTRAMSG_INSTANCE_ID";

    /** Holds its token. */
    public static final String TOKEN = "ULTRAMSG_TOKEN";

    /** Holds where UltraMsg's API is; UltraMsg's own address if it is not set. */
    public static final String BASE_URL = "ULTRAMSG_BASE_URL";

    /** Holds its WhatsApp number, in international form; none if it is not set. */
    public static final String BUSINESS_NUMBER = "WHATSAPP_BUSINESS_NUMBER";

    private static final Map<ConfigField, String> VARIABLES = Map.of(
            ConfigField.INSTANCE_ID, INSTANCE_ID,
            ConfigField.TOKEN, TOKEN,
            ConfigField.BASE_URL, BASE_URL,
            ConfigField.BUSINESS_NUMBER, BUSINESS_NUMBER);

    private final ConfigDraft draft;

    private EnvironmentInstance(ConfigDraft draft) {
        this.draft = draft;
    }

    /**
     * Reads the variables of this process.
     *
     * @return what they say
     */
    public static EnvironmentInstance fromSystem() {
        return of(System.getenv());
    }

    /**
     * Reads variables from a map, such as the host's own properties under the old names.
     *
     * @param variables by their names; others are passed over
     * @return what they say
     */
    public static EnvironmentInstance of(Map<String, String> variables) {
        return new EnvironmentInstance(ConfigDraft.builder()
                .instanceId(filled(variables, INSTANCE_ID))
                .token(filled(variables, TOKEN))
                .baseUrl(filled(variables, BASE_URL))
                .businessNumber(filled(variables, BUSINESS_NUMBER))
                .build());
    }

    private static @Nullable String filled(Map<String, String> variables, String name) {
        String text = ConfigText.trimToEmpty(variables.get(name));
        return text.isEmpty() ? null : text;
    }

    /**
     * Tells whether the variables name an instance. The number alone may stay for other uses, and the address alone means nothing.
     *
     * @return true if the instance's id or its token is there
     */
    public boolean isSet() {
        return draft.namesInstance();
    }

    /**
     * Finds what keeps the variables from being used.
     *
     * @param validator what organizations' own configuration is checked by
     * @return all that is wrong, each by the name of its variable and never by its value; empty if nothing is, or if they are not set
     */
    public List<EnvironmentProblem> problems(ConfigValidator validator) {
        return isSet() && validator.validate(draft) instanceof ConfigValidation.Invalid invalid
                ? invalid.problems().stream()
                        .map(EnvironmentInstance::byItsVariable)
                        .toList()
                : List.of();
    }

    private static EnvironmentProblem byItsVariable(ConfigProblem problem) {
        return new EnvironmentProblem(Objects.requireNonNull(VARIABLES.get(problem.field())), problem);
    }

    /**
     * Returns the variables as configuration that names instance id, token, base URL and number, as far as they are set.
     *
     * @return unchecked, see {@link #problems}
     */
    public ConfigDraft draft() {
        return draft;
    }

    /**
     * Returns which instance it is.
     *
     * @return empty if the variables name none, or what is none
     */
    public Optional<InstanceId> instance() {
        return draft.instanceId().flatMap(InstanceId::find);
    }

    @Override
    public String toString() {
        Map<String, Boolean> named = new LinkedHashMap<>();
        named.put(INSTANCE_ID, draft.instanceId().isPresent());
        named.put(TOKEN, draft.token().isPresent());
        named.put(BASE_URL, draft.baseUrl().isPresent());
        named.put(BUSINESS_NUMBER, draft.businessNumber().isPresent());
        named.values().removeIf(isNamed -> !isNamed);
        return "EnvironmentInstance" + named.keySet();
    }
}
