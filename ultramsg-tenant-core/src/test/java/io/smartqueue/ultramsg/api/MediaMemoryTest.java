package io.smartqueue.ultramsg.api;

import com.sun.management.ThreadMXBean;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.message.ImageMessage;
import io.smartqueue.ultramsg.message.Media;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

/** What a big file costs. Counts what is allocated, garbage included, which no clock and no other process can change. */
@Timeout(60)
class MediaMemoryTest {
    private static final int SIZE = 7 * 1024 * 1024;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** All that live threads have allocated, but for the server's, which play UltraMsg. */
    private static long allocated() {
        long bytes = 0;
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!thread.getName().equals("scripted-server")) {
                bytes += Math.max(0, THREADS.getThreadAllocatedBytes(thread.getId()));
            }
        }
        return bytes;
    }

    @Test
    void isAtMostThreeTimesItsSizeFromTheFileToTheSocket(@TempDir Path folder) throws Exception {
        byte[] content = new byte[SIZE];
        new Random(1).nextBytes(content);
        Path file = Files.write(folder.resolve("menu.jpg"), content);
        try (ScriptedServer server = new ScriptedServer()
                        .on("messages/chat", Replies.json(200, Samples.SENT))
                        .on("messages/image", Replies.json(200, Samples.SENT));
                UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal())) {
            UltraMsgClient client = http.client(Samples.credentials(server.url()));
            for (int i = 0; i < 4; i++) { // so that all threads live and all classes are there
                client.messages().send(Samples.message(), SendOptions.defaults());
            }
            long before = allocated();

            boolean accepted = client.messages()
                    .send(ImageMessage.of(Recipient.parse(Samples.NUMBER), Media.of(file)), SendOptions.defaults())
                    .isAccepted();

            long cost = allocated() - before;
            assertThat(accepted).isTrue();
            assertThat(cost).isBetween((long) SIZE, 3L * SIZE);
        }
    }
}
