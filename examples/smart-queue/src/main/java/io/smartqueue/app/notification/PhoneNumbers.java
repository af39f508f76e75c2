package io.smartqueue.app.notification;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import io.smartqueue.ultramsg.organization.Region;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;

import java.util.Optional;
import java.util.function.Function;

/** Numbers as people write them, local ones included where the organization says of which region. */
public final class PhoneNumbers {
    private final UltraMessageInstanceManager whatsApp;

    public PhoneNumbers(UltraMessageInstanceManager whatsApp) {
        this.whatsApp = whatsApp;
    }

    /** Returns what reads an organization's numbers; it throws IllegalArgumentException for what is none, without repeating it. */
    public Function<String, PhoneNumber> of(OrganizationId organization) {
        Optional<Region> region =
                whatsApp.getOrganizationConfig(organization).flatMap(UltraMessageConfig::defaultRegion);
        return region.<Function<String, PhoneNumber>>map(known -> typed -> PhoneNumber.parse(typed, known))
                .orElse(PhoneNumber::parse);
    }
}
