package io.smartqueue.app;

import io.smartqueue.app.notification.InboundWebhook;
import io.smartqueue.app.web.Passwords;
import io.smartqueue.ultramsg.testkit.StubInstance;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A node that prints all that this service and the library can print, through a day on which everything goes wrong. Neither what it
 * prints nor what it answers when something is wrong may tell a secret.
 */
@ExtendWith(RunningDemo.class)
@Execution(ExecutionMode.CONCURRENT)
class SecretsIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String HERE = "http://127.0.0.1:9"; // where the stub reaches nobody: this test is who posts
    private static final Pattern PORT = LaunchedProgram.port(HERE);
    private static final Pattern INSTALLED = Pattern.compile("\"webhook_url\":\\s*\"[^\"]*/inbound/([^\"]+)\"");
    private static final Pattern SEPARATORS = Pattern.compile("[\\s()./-]");

    private static final String DETAILS = "/organizations/" + Demo.BAKERY + "/details";
    private static final String BOARD = "/organizations/" + Demo.BAKERY + "/board";
    private static final String QUEUED = "/api/notifications/whatsapp";
    private static final String DIRECT = "/api/notifications/whatsapp-direct";
    private static final String BATCHES = "/api/notifications/batches";

    private static final String INSTANCE = "79003";

    // None of them can stand in a random id by chance: each has letters that are no hexadecimal digits, or more digits
    // than any part of a UUID.
    private static final String TOKEN = "fake-t0ken-79003";
    private static final String WRONG_TOKEN = "fake-wr0ng-t0ken";
    private static final String PASSWORD = "fake-passw0rd-of-anna";
    private static final String GUESSED_PASSWORD = "fake-guessed-passw0rd";
    private static final String TYPED_AS_NAME = "fake-passw0rd-typed-as-name";
    private static final String GUESSED_SECRET = "fake-guessed-webhook-secret";
    private static final String GUESSED_BEARER = "fake-guessed-bearer";
    private static final String DATABASE_PASSWORD = "fake-passw0rd-of-the-database";
    private static final String BUSINESS_NUMBER = "+4930790030790";
    private static final String CUSTOMER = "+4915123456789";
    private static final String CALLER = "+4915198765432";
    private static final String NAME = "Rumpelstilzchen";
    private static final String TEXT = "Your-gold-is-spun";
    private static final String WRITTEN = "What-is-my-name";

    private final List<HttpResponse<String>> answers = new CopyOnWriteArrayList<>();
    private @Nullable Process process;

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Test
    void areToldNeitherByLogsNorByProblemsWhateverGoesWrong(Demo demo) throws Exception {
        Jdbi server = Jdbi.create(demo.settings().databaseUrl());
        server.useHandle(handle -> handle.execute("CREATE DATABASE secrets"));
        String address = demo.settings().databaseUrl().replace("/postgres?", "/secrets?");
        StubInstance instance = RunningDemo.newInstance(demo.ultraMsg(), INSTANCE);
        instance.isConnectedAs(BUSINESS_NUMBER, NAME);
        Path log = Path.of("target", "everything-that-a-node-prints.log");
        URI site = URI.create("http://localhost:" + port(launch(demo, address, log), log));
        Jdbi database = Jdbi.create(address);
        Demo.addPeople(database);
        database.useHandle(handle -> handle.execute(
                "UPDATE accounts SET password = ? WHERE member_id = 'anna'",
                Passwords.known().stored(PASSWORD)));
        Browserless anna = Browserless.at(site).signedInAs("anna", PASSWORD);
        Program program = Program.at(site, "Bearer " + anna.session());

        connect(anna, demo, instance);
        String secret = installWebhook(anna, instance);
        send(program, "G-1");
        assertThat(instance).within(SOON).receivedMessages(3);
        write(site, secret);
        refuse(site, anna, program, secret);
        sendIntoTrouble(program, instance);
        database.useHandle(
                handle -> refuseToWrite(handle, "relname NOT LIKE 'ultramsg%' AND relname <> 'organizations'"));
        write(site, secret);
        send(program, "G-2");
        change(anna);
        database.useHandle(handle -> refuseToWrite(handle, "relname LIKE 'ultramsg%' OR relname = 'organizations'"));
        write(site, secret);
        send(program, "G-3");
        assertThat(hear(program.post(DIRECT, json("message", TEXT))).status())
                .as("waiting does not help")
                .isEqualTo(500);
        change(anna);
        refuseConnections(server);
        askInVain(List.of(
                () -> ready(site, "GET"),
                () -> ready(site, "HEAD"),
                () -> hear(program.post(QUEUED, ticket("G-4"))).response(),
                () -> hear(program.post(DIRECT, json("message", TEXT))).response(),
                () -> hear(anna.submitForPart(BOARD + "/call", Map.of("department", NAME))),
                () -> hear(Browserless.at(site).submit("/sign-in", Map.of("name", "anna", "password", PASSWORD)))));

        String printed = Files.readString(log);
        assertThat(printed)
                .contains("DEBUG io.smartqueue.ultramsg", "WARN io.smartqueue.ultramsg", "violates check constraint")
                .contains("CustomerMessages has failed")
                .contains("ERROR io.smartqueue.app", "WARN io.smartqueue.app")
                .as("who hangs up is nobody's trouble")
                .doesNotContain("Early EOF");
        List<String> credentials = List.of(
                TOKEN,
                WRONG_TOKEN,
                PASSWORD,
                GUESSED_PASSWORD,
                GUESSED_SECRET,
                GUESSED_BEARER,
                DATABASE_PASSWORD,
                secret,
                anna.session(),
                demo.settings().tokenKeys().substring("demo:".length()),
                demo.settings().webhookKeys().substring("demo:".length()));
        List<String> others = List.of(
                anna.csrfToken(),
                BUSINESS_NUMBER.substring(1),
                CUSTOMER.substring(1),
                CALLER.substring(1),
                NAME,
                TEXT,
                WRITTEN,
                TYPED_AS_NAME);
        assertThat(found(printed, credentials, others)).as("in the log").isEmpty();
        assertThat(answers).hasSizeGreaterThan(40);
        answers.stream().filter(answer -> answer.statusCode() >= 400).forEach(answer -> {
            // a form that is shown again has what was typed in it, for whoever typed it
            List<String> theirs = answer.body().contains("<form") ? List.of() : others;
            assertThat(found(answer.body(), credentials, theirs))
                    .as("%s, %d: %s", answer.request(), answer.statusCode(), answer.body())
                    .isEmpty();
        });
    }

    /** Numbers also as people and pages write them. */
    private static TreeSet<String> found(String text, List<String> credentials, List<String> others) {
        String bare = SEPARATORS.matcher(text).replaceAll("");
        TreeSet<String> found = new TreeSet<>();
        Stream.concat(credentials.stream(), others.stream())
                .filter(secret -> text.contains(secret) || bare.contains(secret))
                .forEach(found::add);
        return found;
    }

    private Process launch(Demo demo, String database, Path log) throws IOException {
        ProcessBuilder program = LaunchedProgram.of(demo, database, HERE, "log.io.smartqueue=trace")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        program.environment().putAll(Map.of("DATABASE_PASSWORD", DATABASE_PASSWORD, "PACE", "PT0.02S"));
        Process launched = program.start();
        process = launched;
        return launched;
    }

    private static int port(Process running, Path log) throws Exception {
        Matcher[] port = new Matcher[1];
        TestOrganization.eventually(() -> {
            assertThat(running.isAlive()).isTrue();
            port[0] = PORT.matcher(Files.readString(log));
            return port[0].find();
        });
        return Integer.parseInt(port[0].group(1));
    }

    private HttpResponse<String> hear(HttpResponse<String> answer) {
        answers.add(answer);
        return answer;
    }

    private Program.Answer hear(Program.Answer answer) {
        answers.add(answer.response());
        return answer;
    }

    /** With a wrong token at first, and wrong numbers. */
    private void connect(Browserless anna, Demo demo, StubInstance instance) throws Exception {
        Map<String, String> wrong = details(demo, WRONG_TOKEN);
        hear(anna.submit(DETAILS + "/test", wrong));
        hear(anna.submitForPart(DETAILS + "/test", wrong));
        assertThat(hear(anna.submit(DETAILS, wrong)).statusCode()).isEqualTo(422);
        assertThat(hear(anna.submit(DETAILS, details(demo, TOKEN))).statusCode())
                .as("details saved")
                .isBetween(300, 399);
        hear(anna.submit(DETAILS, details(demo, WRONG_TOKEN))); // another version by now
        hear(anna.submit(
                DETAILS + "/standbys",
                Map.of(
                        "standby_do",
                        "save",
                        "standby_new_instance",
                        instance.id(),
                        "standby_new_token",
                        WRONG_TOKEN,
                        "standby_new_number",
                        CUSTOMER)));
        hear(anna.submit("/organizations/" + Demo.BAKERY + "/texts", Map.of("your_turn", TEXT + " {unknown}")));
        hear(anna.submit("/organizations/" + Demo.BAKERY + "/texts", Map.of("your_turn", TEXT + ", {customerName}")));
    }

    private static Map<String, String> details(Demo demo, String token) {
        return Map.of(
                "instance_id",
                INSTANCE,
                "token",
                token,
                "base_url",
                demo.ultraMsg().baseUrl().toString(),
                "business_number",
                BUSINESS_NUMBER,
                "daily_limit",
                "10000",
                "version",
                "0");
    }

    private String installWebhook(Browserless anna, StubInstance instance) throws Exception {
        assertThat(hear(anna.submit(DETAILS + "/webhook", Map.of("version", "1")))
                        .statusCode())
                .isBetween(300, 399);
        URI settings = URI.create(instance.baseUrl() + "/instance/settings?token=" + TOKEN);
        String installed = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(settings).build(), BodyHandlers.ofString())
                .body()
                .replace("\\/", "/");
        Matcher secret = INSTALLED.matcher(installed);
        assertThat(secret.find()).as(installed).isTrue();
        return secret.group(1);
    }

    private void send(Program program, String ticket) throws Exception {
        hear(program.post(QUEUED, ticket(ticket)));
        hear(program.post(QUEUED, json("message", TEXT)));
        hear(program.post(DIRECT, json("type", "your_turn", "ticketNumber", ticket)));
        hear(program.post(DIRECT, json("message", TEXT, "phone", CUSTOMER + "-" + NAME)));
        hear(program.post(BATCHES, """
                {"organizationId": "%s", "title": "%s", "message": "%s {customerName}",
                 "recipients": [{"phone": "%s", "customerName": "%s"}], "notBefore": "2099-01-01T00:00:00Z"}
                """.formatted(Demo.BAKERY, TEXT, TEXT, CUSTOMER, NAME)));
        hear(program.post(BATCHES, """
                {"organizationId": "%s", "title": "%s", "message": "%s {unknown}",
                 "recipients": [{"phone": "%s%s"}, {"phone": "%s"}, {"phone": "%s"}]}
                """.formatted(Demo.BAKERY, TEXT, TEXT, CUSTOMER, NAME, CALLER, CALLER)));
        hear(program.get(BATCHES + "?organizationId=" + Demo.BAKERY));
    }

    private static Map<String, String> ticket(String number) {
        return json("notificationType", "ticket_created", "ticketNumber", number);
    }

    private static Map<String, String> json(String... more) {
        Map<String, String> json = new LinkedHashMap<>();
        json.put("organizationId", Demo.BAKERY.value());
        json.put("phone", CUSTOMER);
        json.put("customerName", NAME);
        for (int i = 0; i < more.length; i += 2) {
            json.put(more[i], more[i + 1]);
        }
        return json;
    }

    /** As UltraMsg posts what a customer writes, and what it does not post. */
    private void write(URI site, String secret) throws Exception {
        Program ultraMsg = Program.at(site, "");
        String number = CALLER.substring(1);
        String message =
                """
                {"event_type": "message_received", "instanceId": "%s", "id": "", "referenceId": "", "hash": "",
                 "data": {"id": "false_%s@c.us_3EB0%d", "from": "%s@c.us", "to": "%s@c.us",
                  "author": "", "pushname": "%s", "ack": "", "type": "chat", "body": "%s", "media": "",
                  "fromMe": false, "self": false, "isForwarded": false, "quotedMsg": {}, "time": 1764200000}}
                """.formatted(INSTANCE, number, answers.size(), number, BUSINESS_NUMBER.substring(1), NAME, WRITTEN);
        String path = InboundWebhook.PATH + "/" + secret;
        hear(ultraMsg.post(path, message));
        hear(ultraMsg.post(path, message.substring(0, message.length() - 50)));
        hear(ultraMsg.post(path, message.replace("message_received", NAME)));
        hear(ultraMsg.post(path, message.replace(INSTANCE, "1")));
        hear(ultraMsg.post(path, "[\"" + WRITTEN + "\"]"));
        hear(ultraMsg.post(path + GUESSED_SECRET, message));
        hear(ultraMsg.post(InboundWebhook.PATH + "/" + GUESSED_SECRET, message));
    }

    private void refuse(URI site, Browserless anna, Program program, String secret) throws Exception {
        Browserless stranger = Browserless.at(site);
        hear(stranger.submit("/sign-in", Map.of("name", "anna", "password", GUESSED_PASSWORD)));
        hear(stranger.submit("/sign-in", Map.of("name", TYPED_AS_NAME, "password", GUESSED_PASSWORD)));
        hear(stranger.submit("/sign-in?password=" + GUESSED_PASSWORD, Map.of("password", "\u0000" + GUESSED_PASSWORD)));
        hear(Program.at(site, "Bearer " + GUESSED_BEARER).post(DIRECT, json("message", TEXT)));
        hear(Program.at(site, GUESSED_BEARER).get(DIRECT + "?organizationId=" + Demo.BAKERY));
        hear(program.post(DIRECT, "{\"message\": \"" + TEXT + "\", \"phone\": " + CUSTOMER + ",}"));
        hear(program.post(DIRECT, "{\"message\": \"" + TEXT + "\", \"message\": \"" + TEXT + "\"}"));
        hear(program.post(DIRECT, Map.of("organizationId", Demo.CLINIC.value(), "message", TEXT)));
        hear(program.post(DIRECT, json("type", TEXT)));
        hear(program.post(DIRECT, json("message", TEXT.repeat(500))));
        hear(program.post(DIRECT, json("message", TEXT), "Idempotency-Key", ""));
        hear(program.post("/api/" + TEXT, json("message", TEXT)));
        hear(program.get(DIRECT + "/" + CUSTOMER.substring(1) + "?organizationId=" + Demo.BAKERY));
        hear(program.get(InboundWebhook.PATH + "/" + secret));
        hear(anna.part(BOARD + "/" + NAME));
        hear(anna.submitForPart(BOARD + "/tickets/" + NAME, Map.of("do", "left")));
        hear(anna.submitForPart(BOARD + "/call", Map.of("department", NAME)));
        hear(anna.submitForPart(
                BOARD + "/customers", Map.of("department", "Nowhere", "phone", CUSTOMER, "name", NAME)));
        String cookie = "Cookie: session=" + anna.session();
        List<String> sent = List.of(anna.session(), secret);
        sendRaw(site, sent, "GET / HTTP/1.1\r\nHost: here\r\n" + cookie + "; junk=" + "x".repeat(20_000) + "\r\n\r\n");
        sendRaw(site, sent, "GET / HTTP/1.1\r\nHost: here\r\n" + cookie.replace(":", "") + "\r\n\r\n");
        String post = "POST " + InboundWebhook.PATH + "/" + secret;
        sendRaw(site, sent, post + "/%00 HTTP/1.1\r\nHost: here\r\n\r\n");
        sendRaw(
                site,
                sent,
                post + " HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n" + WRITTEN + "\r\n\r\n");
        sendRaw(site, sent, post + " HTTP/1.1\r\nHost: here\r\nContent-Length: 500\r\n\r\n" + WRITTEN);
        sendRaw(site, sent, post + " HTTP/1.1\r\nHost: here\r\nContent-Length: " + WRITTEN + "\r\n\r\n");
    }

    /** What no client of ours sends. */
    private static void sendRaw(URI site, List<String> sent, String request) throws IOException {
        try (Socket socket = new Socket("localhost", site.getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(found(answer, sent, List.of(NAME, TEXT, WRITTEN))).isEmpty();
        }
    }

    private void sendIntoTrouble(Program program, StubInstance instance) throws Exception {
        String quoting = "{\"error\": \"" + TOKEN + " may not send " + TEXT + " to " + CUSTOMER + "\"}";
        List<Consumer<StubInstance>> troubles = List.of(
                stub -> stub.losesReplyAfterAccepting(1),
                StubInstance::resetsConnection,
                stub -> stub.answersRaw(200, "application/json", quoting),
                stub -> stub.answersRaw(400, "text/plain", quoting),
                StubInstance::isStoppedForNonPayment,
                StubInstance::rejectsToken);
        for (Consumer<StubInstance> trouble : troubles) {
            trouble.accept(instance.worksNormally());
            hear(program.post(DIRECT, json("message", TEXT)));
            hear(program.post(QUEUED, json("message", TEXT)));
        }
    }

    private void change(Browserless anna) throws Exception {
        hear(anna.submit("/sign-in", Map.of("name", "anna", "password", PASSWORD)));
        hear(anna.submit("/organizations/" + Demo.BAKERY + "/texts", Map.of("your_turn", TEXT)));
        hear(anna.submit(DETAILS, Map.of("instance_id", INSTANCE, "token", TOKEN, "business_number", CUSTOMER)));
        hear(anna.submitForPart(
                BOARD + "/customers", Map.of("department", "Counter", "phone", CUSTOMER, "name", NAME)));
    }

    /** From now on PostgreSQL complains of each row that is written, and quotes it. */
    private static void refuseToWrite(Handle handle, String which) {
        handle.createQuery("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
                        + " AND (" + which + ")")
                .mapTo(String.class)
                .list()
                .forEach(table ->
                        handle.execute("ALTER TABLE " + table + " ADD CONSTRAINT refused CHECK (false) NOT VALID"));
    }

    private static void refuseConnections(Jdbi server) {
        server.useHandle(handle -> {
            handle.execute("ALTER DATABASE secrets ALLOW_CONNECTIONS false");
            handle.execute("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = 'secrets'");
        });
    }

    /** All at once: each waits for the database for a while. */
    private static void askInVain(List<Callable<HttpResponse<String>>> requests) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(requests.size());
        try {
            for (Future<HttpResponse<String>> answer : callers.invokeAll(requests)) {
                assertThat(answer.get().statusCode())
                        .as(answer.get().toString())
                        .isEqualTo(503);
            }
        } finally {
            callers.shutdown();
        }
    }

    private static HttpResponse<String> ready(URI site, String method) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(site.resolve("/health/ready"))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }
}
