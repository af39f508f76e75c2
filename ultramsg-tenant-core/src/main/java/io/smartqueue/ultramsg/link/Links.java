package io.smartqueue.ultramsg.link;

import io.smartqueue.ultramsg.api.AccountStatus;
import io.smartqueue.ultramsg.api.Instance;
import io.smartqueue.ultramsg.api.UltraMsgClient;
import io.smartqueue.ultramsg.error.ProviderErrorKind;
import io.smartqueue.ultramsg.error.ProviderException;
import io.smartqueue.ultramsg.internal.time.Deadline;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;

/**
 * Links and QR codes of organizations: for customers, who open a chat with the organization's number, and for whoever links the
 * organization's phone to its instance.
 *
 * <pre>{@code
 * ChatLink link = whatsApp.links().chat(acme).orThrow().text("Hello, I am at table 4.");
 * page.show(link.url(), link.qrCode().toSvg());
 * }</pre>
 *
 * <p>Each call goes by the configuration that is in force at that moment: ask for each page anew, which costs a look into memory as a
 * rule. Thread-safe. All methods throw {@link io.smartqueue.ultramsg.error.StorageException} if the store cannot answer.
 */
public final class Links {
    private final Instances instances;
    private final Duration deadline;

    /**
     * Made by the manager, which has one: {@code UltraMessageInstanceManager.links()}.
     *
     * @param instances whose numbers and codes are asked for
     * @param deadline how long it may take to find a code out, all of it
     */
    public Links(Instances instances, Duration deadline) {
        this.instances = instances;
        this.deadline = deadline;
    }

    /** Organizations' instances, as the manager knows them at the moment. */
    public interface Instances {
        /**
         * Finds the link to an instance's number.
         *
         * @param organization whose
         * @param instance which of its instances, or null for its own
         * @return the link without a text, or why there is none
         */
        ChatLinkResult chat(OrganizationId organization, @Nullable InstanceId instance);

        /**
         * Returns what asks an instance.
         *
         * @param organization whose
         * @param instance which of its instances, or null for its own
         * @return its client
         */
        UltraMsgClient client(OrganizationId organization, @Nullable InstanceId instance);
    }

    /**
     * Finds the link that opens a chat with an organization: with the number of the instance that it sends through, which is another
     * organization's where it sends through that one's. Whether it may send at the moment makes no difference, the number stays its own.
     *
     * @param organization whose
     * @return the link without a text, or why there is none
     */
    public ChatLinkResult chat(OrganizationId organization) {
        return instances.chat(Objects.requireNonNull(organization, "organization"), null);
    }

    /**
     * Finds the link that opens a chat with the number of one of an organization's instances, a standby for instance.
     *
     * @param organization whose
     * @param instance its own or one of its standbys
     * @return the link without a text, or why there is none
     */
    public ChatLinkResult chat(OrganizationId organization, InstanceId instance) {
        return instances.chat(
                Objects.requireNonNull(organization, "organization"), Objects.requireNonNull(instance, "instance"));
    }

    /**
     * Asks UltraMsg for the QR code that links a phone to an organization's instance. It is two requests, three where somebody scans it
     * at that moment.
     *
     * @param organization whose
     * @return the code while the instance waits for a scan
     * @throws io.smartqueue.ultramsg.error.NotConfiguredException if the organization does not exist or its configuration cannot be used
     * @throws ProviderException if UltraMsg answers with an error
     * @throws io.smartqueue.ultramsg.error.NoReplyException if no answer comes in time
     */
    public LoginCode login(OrganizationId organization) {
        return login(instances.client(Objects.requireNonNull(organization, "organization"), null));
    }

    /**
     * Asks UltraMsg for the QR code that links a phone to one of an organization's instances, a standby for instance.
     *
     * @param organization whose
     * @param instance its own or one of its standbys
     * @return the code while the instance waits for a scan
     * @throws io.smartqueue.ultramsg.error.NotConfiguredException as above, and if the organization has no such instance
     * @throws ProviderException if UltraMsg answers with an error
     * @throws io.smartqueue.ultramsg.error.NoReplyException if no answer comes in time
     */
    public LoginCode login(OrganizationId organization, InstanceId instance) {
        return login(instances.client(
                Objects.requireNonNull(organization, "organization"), Objects.requireNonNull(instance, "instance")));
    }

    private LoginCode login(UltraMsgClient client) {
        Deadline end = Deadline.in(deadline);
        AccountStatus status = at(client, end).status();
        if (!status.isWaitingForQrScan()) {
            return without(status);
        }
        try {
            return new LoginCode.Waiting(drawn(at(client, end).qrText()));
        } catch (ProviderException refused) {
            if (refused.kind() != ProviderErrorKind.INSTANCE_NOT_READY) {
                throw refused;
            }
            AccountStatus now = at(client, end).status();
            if (now.isWaitingForQrScan()) {
                throw refused;
            }
            return without(now); // somebody has just scanned it
        }
    }

    private static Instance at(UltraMsgClient client, Deadline end) {
        return client.within(end.remaining()).instance();
    }

    private static LoginCode without(AccountStatus status) {
        return status.isReady() ? new LoginCode.Connected() : new LoginCode.InOtherState(status);
    }

    private static QrCode drawn(String text) {
        return QrCode.find(text)
                .orElseThrow(() -> new ProviderException(
                        ProviderErrorKind.PROTOCOL, 200, "the reply's QR code is too long for one"));
    }
}
