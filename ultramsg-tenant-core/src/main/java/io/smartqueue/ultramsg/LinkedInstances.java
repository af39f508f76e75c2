package io.smartqueue.ultramsg;

import io.smartqueue.ultramsg.api.UltraMsgClient;
import io.smartqueue.ultramsg.internal.config.KnownConfig;
import io.smartqueue.ultramsg.internal.config.KnownInstance;
import io.smartqueue.ultramsg.link.ChatLink;
import io.smartqueue.ultramsg.link.ChatLinkResult;
import io.smartqueue.ultramsg.link.LinkRefusal;
import io.smartqueue.ultramsg.link.Links;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.util.Optional;

/** What links are made of: the configuration in force, looked up for each. Thread-safe. */
final class LinkedInstances implements Links.Instances {
    private final UltraMessageInstanceManager manager;

    LinkedInstances(UltraMessageInstanceManager manager) {
        this.manager = manager;
    }

    @Override
    public ChatLinkResult chat(OrganizationId organization, @Nullable InstanceId instance) {
        KnownConfig known = manager.known(organization);
        if (known instanceof KnownConfig.Usable usable) {
            Optional<KnownInstance> which =
                    instance == null ? Optional.of(usable.instances().get(0)) : usable.instance(instance);
            return which.map(LinkedInstances::chat)
                    .orElseGet(() -> new ChatLinkResult.Refused(
                            LinkRefusal.NO_SUCH_INSTANCE, "the organization has no " + instance));
        }
        return new ChatLinkResult.Refused(
                known instanceof KnownConfig.Missing ? LinkRefusal.NO_SUCH_ORGANIZATION : LinkRefusal.NOT_CONFIGURED,
                known.complaint());
    }

    private static ChatLinkResult chat(KnownInstance instance) {
        return instance.businessNumber() == null
                ? new ChatLinkResult.Refused(
                        LinkRefusal.NO_NUMBER,
                        instance.id() + " has no WhatsApp number to link to: enter it as its business number")
                : new ChatLinkResult.Found(ChatLink.to(instance.businessNumber()));
    }

    @Override
    public UltraMsgClient client(OrganizationId organization, @Nullable InstanceId instance) {
        return instance == null ? manager.client(organization) : manager.client(organization, instance);
    }
}
