package io.smartqueue.ultramsg.internal.webhook;

import io.smartqueue.ultramsg.webhook.WebhookReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/** 20,000 bodies each way; a million under the profile {@code soak}. */
class PostedAnythingTest {
    private static final int BODIES = Integer.getInteger("ultramsg.bodies", 20_000);
    /** Where new ways are looked for: each class more makes the start slower. */
    private static final String EXPLORED = "io.smartqueue.ultramsg.api.**:io.smartqueue.ultramsg.webhook.**"
            + ":io.smartqueue.ultramsg.internal.webhook.**:com.fasterxml.jackson.core.json.**";

    private static final Set<WebhookReply> EXPECTED =
            EnumSet.of(WebhookReply.HANDLED, WebhookReply.UNREADABLE, WebhookReply.WRONG_INSTANCE);
    private static final List<String> EVENTS = List.of("""
            {"event_type":"message_received","instanceId":"1150","id":"","referenceId":"","hash":"0123456789abcdef",
            "data":{"id":"false_12015550123@c.us_3EB0ABCDEF","sid":"3EB0ABCDEF","from":"12015550123@c.us",
            "to":"12015550199@c.us","author":"","pushname":"Ann","ack":"","type":"chat","body":"Grüße 👋","media":"",
            "fromMe":false,"self":false,"isForwarded":false,"isMentioned":false,"quotedMsg":{},"mentionedIds":[],
            "time":1651931190}}""", """
            {"event_type":"webhook_message_ack","instanceId":1150,"id":311777,"referenceId":"ticket-7","data":{"id":
            "true_12015550123@c.us_3EB0","from":"12015550199@c.us","to":"12015550123@c.us","ack":"device","fromMe":"1"}}""", """
            {"event_type":"message_reaction","instanceId":"instance1150","data":{"id":"false_120363000000000001@g.us_3EB0_1@c.us",
            "from":"120363000000000001@g.us","author":"12015550123@c.us","body":"👍","msgId":"true_1@c.us_3EB0",
            "quotedMsg":{"id":"true_1@c.us_3EB0","body":"x","type":"chat","quotedMsg":{"quotedMsg":[]}}}}""", """
            {"event_type":"message_create","instanceId":"1150","id":"7","referenceId":"r","data":{"type":"location",
            "location":{"lat":"52.5","lng":-13.25,"address":"x"},"lat":1e3,"latitude":null,"media":"https://a.example/b?c=d",
            "filename":"x.pdf","caption":"y","timestamp":"1651931190","time":0,"fromMe":true,"ack":"pending"}}""");
    private static final String[] PIECES = {
        "null",
        "true",
        "-1",
        "1e999",
        "-0.0",
        "12345678901234567890123",
        "\"\"",
        "\" \"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"http://[\"",
        "\"@\"",
        "[]",
        "{}",
        "[[]]",
        "{\"\":null}",
        "\"1651931190\"",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "%",
        "&data=",
        "\"a\":{\"b\":[",
        "99999999999999999999999999999999999999",
        "\uFEFF",
        "\u2028",
        "@g.us"
    };

    /** Events of which something is another thing, doubled, missing, torn off, or wrapped. */
    @Test
    void getsAnAnswerWhenItIsNearlyAnEvent() {
        Map<WebhookReply, Integer> answers = new EnumMap<>(WebhookReply.class);

        for (int seed = 0; seed < BODIES; seed++) {
            byte[] body = body(seed);
            WebhookReply reply = PostedAnything.answer(body);
            if (!EXPECTED.contains(reply)) {
                fail("seed %d is answered %s: %s", seed, reply, new String(body, UTF_8));
            }
            answers.merge(reply, 1, Integer::sum);
        }

        assertThat(answers.keySet()).as("each way is gone").isEqualTo(EXPECTED);
        assertThat(answers).allSatisfy((reply, count) -> assertThat(count).isGreaterThan(BODIES / 200));
    }

    private static byte[] body(long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(EVENTS.get(random.nextInt(EVENTS.size())));
        for (int change = random.nextInt(4); change > 0; change--) {
            change(text, random);
        }
        return switch (random.nextInt(8)) {
            case 0 -> ("data=" + URLEncoder.encode(text.toString(), UTF_8)).getBytes(UTF_8);
            case 1 ->
                ("\""
                                + text.toString()
                                        .replace("\\", "\\\\")
                                        .replace("\"", "\\\"")
                                        .replace("\n", "\\n") + "\"")
                        .getBytes(UTF_8);
            case 2 -> damaged(text.toString().getBytes(UTF_8), random);
            default -> text.toString().getBytes(UTF_8);
        };
    }

    private static void change(StringBuilder text, Random random) {
        int from = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), from + random.nextInt(20));
        String piece = PIECES[random.nextInt(PIECES.length)];
        switch (random.nextInt(12)) {
            case 0 -> text.insert(from, piece);
            case 1 -> text.replace(from, to, piece);
            case 2 -> text.insert(from, text.substring(from, to));
            case 3 -> text.setLength(from);
            default -> { // another value for some member
                int colon = text.indexOf("\":", from);
                int end = colon < 0 ? -1 : text.indexOf(",", colon);
                if (end > 0) {
                    text.replace(colon + 2, end, piece);
                }
            }
        }
        if (text.length() == 0) {
            text.append('{');
        }
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        ByteArrayOutputStream damaged = new ByteArrayOutputStream();
        damaged.writeBytes(bytes);
        damaged.write(random.nextInt(256));
        byte[] all = damaged.toByteArray();
        all[random.nextInt(all.length)] = (byte) random.nextInt(256);
        return all;
    }

    /** Jazzer instruments what it runs, so it has a process of its own. */
    @Test
    void getsAnAnswerWhateverAFuzzerFinds(@TempDir Path directory) throws IOException, InterruptedException {
        Path seeds = Files.createDirectory(directory.resolve("seeds"));
        for (int i = 0; i < EVENTS.size(); i++) {
            Files.writeString(seeds.resolve("event-" + i), EVENTS.get(i));
        }
        Path output = directory.resolve("output");

        Process fuzzer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + PostedAnything.class.getName(),
                        "--instrumentation_includes=" + EXPLORED,
                        "--custom_hook_includes=" + EXPLORED,
                        "-seed=1",
                        "-max_len=4096",
                        "-runs=" + BODIES,
                        seeds.toString())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean isThrough = fuzzer.waitFor(300 + BODIES / 500, TimeUnit.SECONDS);
        fuzzer.destroyForcibly();

        assertThat(isThrough)
                .as("through in time: %s", Files.readString(output))
                .isTrue();
        assertThat(fuzzer.exitValue()).as(Files.readString(output)).isZero();
        assertThat(Files.readString(output)).containsPattern("Done " + BODIES + " runs");
    }
}
