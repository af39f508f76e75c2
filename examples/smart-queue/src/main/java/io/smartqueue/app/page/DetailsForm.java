package io.smartqueue.app.page;

import io.javalin.http.Context;
import io.smartqueue.ultramsg.admin.ConfigView;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.ConfigForm;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.WebhookEventName;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The form as the page shows it: what is stored or what somebody has typed, and what is wrong with it. It never holds a token, so no page
 * can.
 *
 * @param version to which version of the configuration the form belongs
 * @param values what the fields of one line hold
 * @param events names of the events that are ticked
 * @param errors what is wrong, by the field's name
 */
record DetailsForm(long version, Map<DetailsField, String> values, Set<String> events, Map<String, String> errors) {
    private static final String TOKEN = ConfigField.TOKEN.code();
    private static final String EVENTS = ConfigField.WEBHOOK_EVENTS.code();

    /** Each field that an error may stand beside, in the order of the page. */
    static final List<String> CODES = Stream.concat(
                    Stream.of(ConfigField.INSTANCE_ID.code(), TOKEN, ConfigField.BUSINESS_NUMBER.code()),
                    Stream.concat(DetailsField.ADVANCED.stream().map(DetailsField::code), Stream.of(EVENTS)))
            .toList();

    DetailsForm {
        values = Map.copyOf(values);
        events = Set.copyOf(events);
        errors = Map.copyOf(errors);
    }

    /** The form with what is stored. */
    static DetailsForm of(ConfigView config) {
        return of(config.fields(), config.version());
    }

    private static DetailsForm of(ConfigDraft draft, long version) {
        Map<DetailsField, String> values = new EnumMap<>(DetailsField.class);
        for (DetailsField field : DetailsField.values()) {
            values.put(field, field.shown(draft));
        }
        return new DetailsForm(version, values, Set.copyOf(draft.webhookEvents().orElse(List.of())), Map.of());
    }

    /** The form with what somebody has typed, but for the token. */
    static DetailsForm typed(Context request) {
        Map<DetailsField, String> values = new EnumMap<>(DetailsField.class);
        for (DetailsField field : DetailsField.values()) {
            @Nullable String value = request.formParam(field.code());
            values.put(field, value == null ? "" : value);
        }
        return new DetailsForm(version(request), values, Set.copyOf(ticked(request)), Map.of());
    }

    private static long version(Context request) {
        @Nullable String version = request.formParam("version");
        return version != null && version.matches("[0-9]{1,18}") ? Long.parseLong(version) : 0;
    }

    /** What somebody has typed, token and all, for the library to read. */
    static ConfigForm read(Context request) {
        Map<String, @Nullable Object> sent = new LinkedHashMap<>();
        Stream.concat(
                        Stream.of(TOKEN, "version"),
                        Arrays.stream(DetailsField.values()).map(DetailsField::code))
                .forEach(name -> sent.put(name, request.formParam(name)));
        if (!request.formParams(EVENTS).isEmpty()) { // a blank one comes along, so that none ticked means none
            sent.put(EVENTS, ticked(request));
        }
        return ConfigForm.read(sent);
    }

    /** Whether what is saved is to be tested before, as it is unless somebody ticks that it is not. */
    static Verification verification(Context request) {
        return request.formParam("untested") == null ? Verification.TEST_FIRST : Verification.SAVE_UNTESTED;
    }

    private static List<String> ticked(Context request) {
        return request.formParams(EVENTS).stream()
                .filter(event -> !event.isBlank())
                .distinct()
                .toList();
    }

    /** This form with what is wrong. */
    DetailsForm with(List<ConfigProblem> problems) {
        Map<String, String> messages = problems.stream()
                .collect(Collectors.toMap(
                        problem -> problem.field().code(),
                        DetailsForm::sentence,
                        (first, second) -> first + ". " + second));
        return new DetailsForm(version, values, events, messages);
    }

    private static String sentence(ConfigProblem problem) {
        String message = problem.message();
        return label(problem.field()) + " " + message;
    }

    /** What people call a field. */
    static String label(ConfigField field) {
        return Arrays.stream(DetailsField.values())
                .filter(known -> known.code().equals(field.code()))
                .map(DetailsField::label)
                .findFirst()
                .orElseGet(() -> switch (field) {
                    case TOKEN -> "Token";
                    case STATUS -> "Status";
                    case WEBHOOK_EVENTS -> "Webhook events";
                    case STANDBYS -> "Standby instances";
                    default -> "The form";
                });
    }

    static boolean isAdvanced(String code) {
        return code.equals(EVENTS)
                || DetailsField.ADVANCED.stream().anyMatch(field -> field.code().equals(code));
    }

    /**
     * To which version this form belongs after a button that names none was pressed. It goes on by one at the most: more than that, and
     * somebody else's change lies between, of which it is to be told when it is saved.
     */
    long versionAfter(ConfigView now) {
        return now.version() == version + 1 ? now.version() : version;
    }

    /** This form belonging to another version of the configuration. */
    DetailsForm at(long otherVersion) {
        return new DetailsForm(otherVersion, values, events, errors);
    }

    /** This form with the values that a template names; all else stays as it was typed. */
    DetailsForm filledFrom(ConfigDraft template) {
        Map<DetailsField, String> filled = new EnumMap<>(values);
        for (DetailsField field : DetailsField.values()) {
            if (!field.shown(template).isEmpty()) {
                filled.put(field, field.shown(template));
            }
        }
        return new DetailsForm(
                version, filled, template.webhookEvents().map(Set::copyOf).orElse(events), Map.of());
    }

    String value(DetailsField field) {
        return values.getOrDefault(field, "");
    }

    boolean isTicked(WebhookEventName event) {
        return events.stream().anyMatch(event.storedName()::equalsIgnoreCase);
    }

    /** What is wrong with a field; empty if nothing is. */
    String error(String code) {
        return errors.getOrDefault(code, "");
    }

    /** Where somebody has to correct something first; empty if nowhere. */
    String firstError() {
        return CODES.stream().filter(errors::containsKey).findFirst().orElse("");
    }

    /** Values may be numbers of people. */
    @Override
    public String toString() {
        return "DetailsForm[version " + version + ", " + errors.keySet() + "]";
    }
}
