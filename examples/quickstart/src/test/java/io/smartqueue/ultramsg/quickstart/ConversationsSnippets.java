package io.smartqueue.ultramsg.quickstart;

import io.smartqueue.ultramsg.TenantStore;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.conversation.ConversationRule;
import io.smartqueue.ultramsg.conversation.Conversations;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;

import java.time.Instant;
import java.util.Optional;

/** Java that docs/conversations.md shows; {@link ConversationsPageTest} compares the two. Not run. */
final class ConversationsSnippets {
    private ConversationsSnippets() {}

    static Optional<Instant> answers(UltraMessageInstanceManager whatsApp, OrganizationId acme, Recipient ann) {
        // docs: begin
        Conversations conversations = whatsApp.conversations();
        if (conversations.isOpen(acme, ann)) {
            whatsApp.send(acme, TextMessage.of(ann, "Anything else we can do?"));
        }
        Optional<Instant> until = conversations.openUntil(acme, ann); // empty if it is closed
        // docs: end
        return until;
    }

    static UltraMessageInstanceManager onlyAnswers(TenantStore store) {
        // docs: begin
        UltraMessageInstanceManager whatsApp = UltraMessageInstanceManager.builder(store)
                .conversations(ConversationRule.REQUIRED)
                .build();
        // docs: end
        return whatsApp;
    }

    static SendResult allTheSame(UltraMessageInstanceManager whatsApp, OrganizationId acme, Recipient ann) {
        // docs: begin
        SendResult code = whatsApp.send(
                acme,
                TextMessage.of(ann, "Your code is 4711."),
                SendOptions.builder().startConversation().build());
        whatsApp.outbox()
                .enqueue(
                        acme,
                        TextMessage.of(ann, "Your table is booked for tomorrow, 7 pm."),
                        EnqueueOptions.builder().startConversation().build());
        // docs: end
        return code;
    }
}
