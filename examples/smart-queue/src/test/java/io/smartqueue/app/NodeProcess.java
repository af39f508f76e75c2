package io.smartqueue.app;

import io.smartqueue.app.notification.Sending;
import io.smartqueue.ultramsg.conversation.ConversationRule;

import java.time.Duration;

/** A node in a process of its own, on a port that it prints. It ends with its parent, by the end of its input. */
final class NodeProcess {
    private NodeProcess() {}

    /**
     * Starts it.
     *
     * @param args where the database is, and the keys that seal tokens and sign webhooks
     */
    public static void main(String[] args) throws Exception {
        Settings settings = new Settings(
                "127.0.0.1",
                0,
                args[0],
                null,
                null,
                args[1],
                args[2],
                null,
                Settings.UltraMsg.STUB,
                Sending.ON,
                ConversationRule.IGNORED,
                Duration.ofMillis(80));
        try (Node node = Node.start(settings)) {
            System.out.println("node at " + node.url());
            while (System.in.read() >= 0) {}
        }
    }
}
