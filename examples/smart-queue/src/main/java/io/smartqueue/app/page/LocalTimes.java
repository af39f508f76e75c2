package io.smartqueue.app.page;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Moments as an organization's people read them off their clock. */
final class LocalTimes {
    private final DateTimeFormatter time;
    private final DateTimeFormatter dateTime;

    private LocalTimes(ZoneId zone) {
        this.time = DateTimeFormatter.ofPattern("HH:mm", Locale.ENGLISH).withZone(zone);
        this.dateTime =
                DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm", Locale.ENGLISH).withZone(zone);
    }

    static LocalTimes in(ZoneId zone) {
        return new LocalTimes(zone);
    }

    /** In UTC until the organization says where it is. */
    static LocalTimes of(UltraMessageInstanceManager whatsApp, OrganizationId organization) {
        return in(whatsApp.getOrganizationConfig(organization)
                .map(UltraMessageConfig::timeZone)
                .orElse(ZoneOffset.UTC));
    }

    /** Such as 14:05. */
    String time(Instant moment) {
        return time.format(moment);
    }

    /** Such as 26 Nov 2026, 14:05. */
    String dateTime(Instant moment) {
        return dateTime.format(moment);
    }

    /** Such as 12 min: in steps that are long enough to be read. */
    static String length(Duration duration) {
        long minutes = Math.max(0, duration.toMinutes());
        if (minutes < 1) {
            return "just now";
        } else if (minutes < 120) {
            return minutes + " min";
        }
        long hours = duration.toHours();
        return hours < 48 ? hours + " h" : duration.toDays() + " days";
    }
}
