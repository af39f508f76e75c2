package io.smartqueue.ultramsg.organization;

import io.smartqueue.ultramsg.organization.ConfigProblem.Code;
import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A change as a form or a JSON object has it: names and values that somebody has sent, of whatever type. What cannot be read is a
 * problem, and never an exception.
 *
 * <pre>{@code
 * ConfigForm form = ConfigForm.read(Map.of("daily_limit", "500", "time_zone", "Europe/Berlin", "version", 3));
 * }</pre>
 *
 * <p>The names are those of {@link ConfigField#code}, and {@code version}. Numbers may be texts, as forms send them; events may be a
 * list or a text with commas. Null leaves a field unnamed, and so does a blank where it cannot clear anything: for token, limit, status
 * and version. Immutable and thread-safe; prints the names of fields only.
 */
public final class ConfigForm {
    private static final String VERSION = "version";
    /** Who sends through whose instance is for those to say who run the service; standbys are changed by themselves. */
    private static final Set<ConfigField> NOT_OF_FORMS =
            EnumSet.of(ConfigField.FORM, ConfigField.INSTANCE_OF, ConfigField.LENDS_INSTANCE_TO, ConfigField.STANDBYS);

    /** Anything else may be a script that waits for a page to show it. */
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private final ConfigDraft.Builder draft = ConfigDraft.builder();
    private final List<ConfigProblem> problems = new ArrayList<>();
    private final ConfigDraft change;

    private ConfigForm(Map<String, ? extends @Nullable Object> values) {
        values.forEach(this::read);
        this.change = draft.build();
    }

    /**
     * Reads what was sent.
     *
     * @param values names and values: texts, numbers, lists of texts, null
     * @return the form, with all problems
     */
    public static ConfigForm read(Map<String, ? extends @Nullable Object> values) {
        return new ConfigForm(values);
    }

    /**
     * Returns the change, as far as it can be read.
     *
     * @return not checked yet
     */
    public ConfigDraft change() {
        return change;
    }

    /**
     * Returns what cannot be read: fields that there are not, and values of a wrong type.
     *
     * @return empty if all can
     */
    public List<ConfigProblem> problems() {
        return List.copyOf(problems);
    }

    private void read(String name, @Nullable Object value) {
        if (name.equals(VERSION)) {
            whole(ConfigField.FORM, value, draft::version);
            return;
        }
        Optional<ConfigField> field = ConfigField.find(name).filter(found -> !NOT_OF_FORMS.contains(found));
        if (field.isPresent()) {
            read(field.get(), value);
        } else {
            problems.add(ConfigProblem.of(
                    ConfigField.FORM, Code.UNKNOWN_FIELD, HARMLESS.matcher(name).matches() ? name : "?"));
        }
    }

    private void read(ConfigField field, @Nullable Object value) {
        switch (field) {
            case INSTANCE_ID -> text(field, value, draft::instanceId);
            case TOKEN -> text(field, value, draft::token);
            case BASE_URL -> text(field, value, draft::baseUrl);
            case BUSINESS_NUMBER -> text(field, value, draft::businessNumber);
            case STATUS -> text(field, value, status -> draft.storedStatus(status.isBlank() ? null : status));
            case DAILY_LIMIT -> limit(field, value);
            case WEBHOOK_URL -> text(field, value, draft::webhookUrl);
            case WEBHOOK_EVENTS -> events(field, value);
            case TIME_ZONE -> text(field, value, draft::timeZone);
            case DEFAULT_REGION -> text(field, value, draft::defaultRegion);
            case PACE -> text(field, value, draft::pace);
            case WEBHOOKS_ISSUED_FROM -> text(field, value, draft::webhooksIssuedFrom);
            case FORM, INSTANCE_OF, LENDS_INSTANCE_TO, STANDBYS -> throw new IllegalArgumentException("no field");
        }
    }

    /** Numbers are taken where a text is meant: instance ids and phone numbers look like some. */
    private void text(ConfigField field, @Nullable Object value, Consumer<String> set) {
        if (value instanceof CharSequence || value instanceof Number) {
            set.accept(value.toString());
        } else if (value != null) {
            problems.add(ConfigProblem.of(field, Code.WRONG_TYPE));
        }
    }

    private void limit(ConfigField field, @Nullable Object value) {
        whole(field, value, limit -> {
            if (limit > Integer.MAX_VALUE || limit < Integer.MIN_VALUE) {
                problems.add(ConfigProblem.of(field, Code.WRONG_TYPE));
            } else {
                draft.dailyLimit(limit.intValue());
            }
        });
    }

    private void whole(ConfigField field, @Nullable Object value, Consumer<Long> set) {
        if (value == null
                || value instanceof CharSequence text
                        && ConfigText.trim(text.toString()).isEmpty()) {
            return;
        }
        Optional<Long> number = value instanceof CharSequence || value instanceof Number
                ? whole(ConfigText.trim(value.toString()))
                : Optional.empty();
        number.ifPresentOrElse(set, () -> problems.add(ConfigProblem.of(field, Code.WRONG_TYPE)));
    }

    /** Of so many digits only, because a number of a billion digits fits into few characters. */
    private static Optional<Long> whole(String text) {
        try {
            return text.length() <= 20 ? Optional.of(new BigDecimal(text).longValueExact()) : Optional.empty();
        } catch (ArithmeticException | NumberFormatException notWhole) {
            return Optional.empty();
        }
    }

    private void events(ConfigField field, @Nullable Object value) {
        if (value instanceof CharSequence text) {
            draft.webhookEvents(
                    ConfigText.trim(text.toString()).isEmpty()
                            ? List.of()
                            : List.of(text.toString().split(",", -1)));
        } else if (value instanceof List<?> list && list.stream().allMatch(CharSequence.class::isInstance)) {
            draft.webhookEvents(list.stream().map(Object::toString).toList());
        } else if (value != null) {
            problems.add(ConfigProblem.of(field, Code.WRONG_TYPE));
        }
    }

    @Override
    public String toString() {
        return "ConfigForm[" + change + ", " + problems.size() + " problems]";
    }
}
