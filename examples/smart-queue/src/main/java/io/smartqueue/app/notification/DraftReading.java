package io.smartqueue.app.notification;

import io.smartqueue.app.web.Problem;
import io.smartqueue.ultramsg.link.TextTemplate;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The messages of a draft, and all that is wrong with it. None of its words repeats a number. */
final class DraftReading {
    private static final int MAX_TITLE = 100;

    private final CampaignDraft draft;
    private final String organizationName;
    private final Function<String, PhoneNumber> numbers;
    private final List<Problem.Field> problems = new ArrayList<>();
    private final List<TextMessage> messages = new ArrayList<>();

    /**
     * Reads a draft.
     *
     * @param numbers reads what somebody typed, with the organization's region
     */
    DraftReading(CampaignDraft draft, String organizationName, Function<String, PhoneNumber> numbers) {
        this.draft = draft;
        this.organizationName = organizationName;
        this.numbers = numbers;
        readTitle();
        readRecipients(readTemplate());
    }

    List<TextMessage> messages() {
        return messages;
    }

    List<Problem.Field> problems() {
        return problems;
    }

    private void readTitle() {
        if (draft.title().isBlank() || draft.title().length() > MAX_TITLE) {
            complain("title", "invalid", "is missing or too long: give 1 to " + MAX_TITLE + " characters");
        }
    }

    private @Nullable TextTemplate readTemplate() {
        try {
            return TextTemplate.of(draft.message(), Campaigns.VARIABLES);
        } catch (IllegalArgumentException e) {
            complain("message", "invalid", String.valueOf(e.getMessage()));
            return null;
        }
    }

    private void readRecipients(@Nullable TextTemplate template) {
        int count = draft.recipients().size();
        if (count == 0 || count > Campaigns.MOST_RECIPIENTS) {
            complain(
                    "recipients",
                    "invalid",
                    "are " + count + ": give 1 to " + Campaigns.MOST_RECIPIENTS + " in each batch");
            return;
        }
        Map<PhoneNumber, Integer> seen = new HashMap<>();
        for (int i = 0; i < count; i++) {
            CampaignDraft.Addressee addressee = draft.recipients().get(i);
            @Nullable PhoneNumber number = number(i, addressee, seen);
            if (template != null) {
                add(i, number, addressee, template);
            }
        }
    }

    private @Nullable PhoneNumber number(int index, CampaignDraft.Addressee addressee, Map<PhoneNumber, Integer> seen) {
        String field = "recipients[" + index + "].phone";
        try {
            PhoneNumber number = numbers.apply(addressee.phone());
            @Nullable Integer first = seen.putIfAbsent(number, index);
            if (first != null) {
                complain(field, "duplicate", "is that of recipients[" + first + "] too: everybody is written to once");
            }
            return number;
        } catch (IllegalArgumentException e) {
            complain(field, "invalid", String.valueOf(e.getMessage()));
            return null;
        }
    }

    private void add(
            int index, @Nullable PhoneNumber number, CampaignDraft.Addressee addressee, TextTemplate template) {
        String field = "recipients[" + index + "].customerName";
        if (addressee.customerName().isBlank() && template.variables().contains("customerName")) {
            complain(field, "missing", "is missing, and the message uses it: give a name or write the message without");
            return;
        }
        Map<String, String> values =
                Map.of("customerName", addressee.customerName().strip(), "organizationName", organizationName);
        try {
            String text = template.fill(values);
            if (number != null) {
                messages.add(TextMessage.of(Recipient.of(number), text));
            }
        } catch (IllegalArgumentException e) {
            complain(field, "invalid", String.valueOf(e.getMessage()));
        }
    }

    private void complain(String field, String code, String message) {
        problems.add(new Problem.Field(field, code, message));
    }
}
