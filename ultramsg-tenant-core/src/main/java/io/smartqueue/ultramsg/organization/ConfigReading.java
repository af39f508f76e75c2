package io.smartqueue.ultramsg.organization;

import io.smartqueue.ultramsg.organization.ConfigProblem.Code;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** One pass over a draft, field by field; collects values and problems side by side. */
final class ConfigReading {
    private static final int MAX_INSTANCE_ID = 64;
    private static final int MAX_TOKEN = 255;
    private static final int MAX_WEBHOOK_URL = 2048;
    private static final Duration SHORTEST_PACE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PACE = Duration.ofHours(1);
    private static final int MAX_PACE = 32;
    private static final Pattern TOKEN = Pattern.compile("[!-~]+");
    private static final Set<String> ZONES = ZoneId.getAvailableZoneIds();

    private final AllowedHosts allowedHosts;
    private final List<ConfigProblem> problems = new ArrayList<>();

    private @Nullable InstanceId instance;
    private @Nullable AccessToken token;
    private @Nullable URI baseUrl;
    InstanceStatus status = InstanceStatus.INACTIVE;
    int dailyLimit = UltraMessageConfig.DEFAULT_DAILY_LIMIT;

    @Nullable
    PhoneNumber businessNumber;

    @Nullable
    URI webhookUrl;

    final Set<WebhookEventName> webhookEvents = EnumSet.noneOf(WebhookEventName.class);
    ZoneId timeZone = ZoneId.of("UTC");

    @Nullable
    Region defaultRegion;

    @Nullable
    Duration pace;

    @Nullable
    Instant webhooksIssuedFrom;

    @Nullable
    LastTest lastTest;

    boolean isThroughAnothersInstance;
    List<OrganizationId> lendsInstanceTo = List.of();

    ConfigReading(AllowedHosts allowedHosts) {
        this.allowedHosts = allowedHosts;
    }

    ConfigValidation read(ConfigDraft draft) {
        readInstance(ConfigText.trimToEmpty(draft.instanceId().orElse(null)));
        readToken(draft.token().orElse(null));
        readBaseUrl(ConfigText.trimToEmpty(draft.baseUrl().orElse(null)));
        readBusinessNumber(ConfigText.trimToEmpty(draft.businessNumber().orElse(null)));
        readStatus(ConfigText.trimToEmpty(draft.status().orElse(null)));
        readDailyLimit(draft.dailyLimit().orElse(null));
        readWebhookUrl(ConfigText.trimToEmpty(draft.webhookUrl().orElse(null)));
        draft.webhookEvents().orElse(List.of()).forEach(this::readWebhookEvent);
        readTimeZone(ConfigText.trimToEmpty(draft.timeZone().orElse(null)));
        readDefaultRegion(ConfigText.trimToEmpty(draft.defaultRegion().orElse(null)));
        readPace(ConfigText.trimToEmpty(draft.pace().orElse(null)));
        readWebhooksIssuedFrom(ConfigText.trimToEmpty(draft.webhooksIssuedFrom().orElse(null)));
        lastTest = draft.lastTest().orElse(null);
        isThroughAnothersInstance = draft.isThroughAnothersInstance();
        lendsInstanceTo = draft.lendsInstanceTo().orElse(List.of()).stream()
                .filter(borrower -> !borrower.isBlank())
                .map(OrganizationId::of)
                .toList();
        return problems.isEmpty() && instance != null && token != null && baseUrl != null
                ? new ConfigValidation.Valid(
                        new UltraMessageConfig(this, new InstanceCredentials(instance, token, baseUrl)))
                : new ConfigValidation.Invalid(problems);
    }

    private void readInstance(String text) {
        if (text.isEmpty()) {
            report(ConfigField.INSTANCE_ID, Code.REQUIRED);
        } else if (text.length() > MAX_INSTANCE_ID) {
            report(ConfigField.INSTANCE_ID, Code.TOO_LONG, Integer.toString(MAX_INSTANCE_ID));
        } else {
            InstanceId.find(text)
                    .ifPresentOrElse(found -> instance = found, () -> report(ConfigField.INSTANCE_ID, Code.MALFORMED));
        }
    }

    private void readToken(@Nullable AccessToken typed) {
        if (typed == null) {
            report(ConfigField.TOKEN, Code.REQUIRED);
        } else if (typed.reveal().length() > MAX_TOKEN) {
            report(ConfigField.TOKEN, Code.TOO_LONG, Integer.toString(MAX_TOKEN));
        } else if (!TOKEN.matcher(typed.reveal()).matches() || TokenSeal.isSealed(typed.reveal())) {
            report(ConfigField.TOKEN, Code.MALFORMED);
        } else {
            token = typed;
        }
    }

    private void readBaseUrl(String text) {
        WebAddress address =
                WebAddress.read(text.isEmpty() ? UltraMessageConfig.DEFAULT_BASE_URL : text, WebAddress.MAX_BASE_URL);
        List<Code> found = address.baseUrlProblems(allowedHosts);
        if (found.isEmpty()) {
            baseUrl = address.origin();
        }
        reportAll(ConfigField.BASE_URL, found, WebAddress.MAX_BASE_URL);
    }

    private void readBusinessNumber(String text) {
        if (!text.isEmpty()) {
            try {
                businessNumber = PhoneNumber.parse(text);
            } catch (IllegalArgumentException malformed) {
                report(ConfigField.BUSINESS_NUMBER, Code.MALFORMED);
            }
        }
    }

    private void readStatus(String text) {
        if (!text.isEmpty()) {
            InstanceStatus.find(text)
                    .ifPresentOrElse(found -> status = found, () -> report(ConfigField.STATUS, Code.UNKNOWN));
        }
    }

    private void readDailyLimit(@Nullable Integer limit) {
        if (limit != null && limit < 0) {
            report(ConfigField.DAILY_LIMIT, Code.NEGATIVE);
        } else if (limit != null) {
            dailyLimit = limit;
        }
    }

    private void readWebhookUrl(String text) {
        if (!text.isEmpty()) {
            WebAddress address = WebAddress.read(text, MAX_WEBHOOK_URL);
            List<Code> found = address.webhookProblems(allowedHosts);
            if (found.isEmpty()) {
                webhookUrl = address.whole();
            }
            reportAll(ConfigField.WEBHOOK_URL, found, MAX_WEBHOOK_URL);
        }
    }

    private void readWebhookEvent(String text) {
        WebhookEventName.find(ConfigText.trim(text))
                .ifPresentOrElse(webhookEvents::add, () -> report(ConfigField.WEBHOOK_EVENTS, Code.UNKNOWN));
    }

    private void readTimeZone(String text) {
        if (text.isEmpty()) {
            return;
        }
        // Offsets such as UTC+3 are refused: PostgreSQL reads their sign the other way round.
        if (text.equals("UTC") || (text.indexOf('/') > 0 && !text.startsWith("Etc/GMT") && ZONES.contains(text))) {
            timeZone = ZoneId.of(text);
        } else {
            report(ConfigField.TIME_ZONE, Code.UNKNOWN);
        }
    }

    private void readDefaultRegion(String text) {
        if (!text.isEmpty()) {
            try {
                defaultRegion = Region.of(text);
            } catch (IllegalArgumentException unknown) {
                report(ConfigField.DEFAULT_REGION, Code.UNKNOWN);
            }
        }
    }

    private void readPace(String text) {
        if (text.isEmpty()) {
            return;
        }
        Optional<Duration> read = duration(text);
        if (read.isEmpty()) {
            report(ConfigField.PACE, Code.MALFORMED);
        } else if (read.get().compareTo(SHORTEST_PACE) < 0 || read.get().compareTo(LONGEST_PACE) > 0) {
            report(
                    ConfigField.PACE,
                    Code.OUT_OF_RANGE,
                    Long.toString(SHORTEST_PACE.toSeconds()),
                    Long.toString(LONGEST_PACE.toSeconds()));
        } else {
            pace = read.get();
        }
    }

    private static Optional<Duration> duration(String text) {
        try {
            boolean isNumber = text.chars().allMatch(c -> c >= '0' && c <= '9');
            return text.length() > MAX_PACE
                    ? Optional.empty()
                    : Optional.of(Duration.parse(isNumber ? "PT" + text + "S" : text));
        } catch (DateTimeParseException malformed) {
            return Optional.empty();
        }
    }

    private void readWebhooksIssuedFrom(String text) {
        if (!text.isEmpty()) {
            try {
                webhooksIssuedFrom = Instant.parse(text);
            } catch (DateTimeParseException malformed) {
                report(ConfigField.WEBHOOKS_ISSUED_FROM, Code.MALFORMED);
            }
        }
    }

    private void reportAll(ConfigField field, List<Code> codes, int longest) {
        codes.forEach(code -> {
            switch (code) {
                case TOO_LONG -> report(field, code, Integer.toString(longest));
                case HOST_NOT_ALLOWED -> report(field, code, allowedHosts.toString());
                default -> report(field, code);
            }
        });
    }

    /** Once, however many events are unknown. */
    private void report(ConfigField field, Code code, String... arguments) {
        ConfigProblem problem = ConfigProblem.of(field, code, arguments);
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
    }
}
