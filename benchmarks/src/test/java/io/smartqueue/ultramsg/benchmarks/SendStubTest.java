package io.smartqueue.ultramsg.benchmarks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

@Timeout(30)
class SendStubTest {
    private static final String HEADERS =
            "POST /instance1150/messages/chat HTTP/1.1\r\nHost: stub\r\nContent-Length: 5\r\n\r\n";

    @Test
    void takesMessagesAndKeepsTheConnection() throws Exception {
        try (StubProcess stub = StubProcess.start();
                Socket socket = connect(stub.address())) {
            send(socket, HEADERS + "to=49");
            assertThat(reply(socket))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .endsWith("{\"sent\":\"true\",\"message\":\"ok\",\"id\":1000001}");

            send(socket, HEADERS + "to=33");
            assertThat(reply(socket)).endsWith("\"id\":1000002}");
        }
    }

    @Test
    void keepsAJournalOfMessagesThatHaveANumber() throws Exception {
        try (StubProcess stub = StubProcess.start();
                BareClient client = new BareClient(stub.address())) {
            long before = Journal.micros(Instant.now());
            client.post();
            client.postText("instance7", Texts.numbered(41));
            client.postText("instance8", Texts.numbered(42));

            StubJournal journal = stub.journal();
            assertThat(journal.size()).isEqualTo(2);
            assertThat(journal.takeEachOnce(2))
                    .allMatch(
                            arrival -> arrival.micros() >= before && arrival.micros() <= Journal.micros(Instant.now()))
                    .extracting(Arrival::instance, Arrival::number)
                    .containsExactly(tuple(7, 41), tuple(8, 42));
            assertThat(journal.take()).as("it was taken").isEmpty();
        }
    }

    @Test
    void noticesAMessageThatIsPostedTwice() throws Exception {
        try (StubProcess stub = StubProcess.start();
                BareClient client = new BareClient(stub.address())) {
            client.postText("instance7", Texts.numbered(41));
            client.postText("instance7", Texts.numbered(41));

            assertThatIllegalStateException()
                    .isThrownBy(() -> stub.journal().takeEachOnce(1))
                    .withMessageContaining("by 2 requests");
        }
    }

    @Test
    void refusesAllThatCallsAtAnInstanceThatThrottles() throws Exception {
        try (StubProcess stub = StubProcess.start();
                Socket socket = connect(stub.address())) {
            send(socket, headers(Temper.THROTTLING) + "to=49");

            assertThat(reply(socket)).startsWith("HTTP/1.1 429 ").contains("Retry-After: 1\r\n");
        }
    }

    @Test
    void knowsATemperByTheAccountOfTwilioToo() throws Exception {
        try (StubProcess stub = StubProcess.start();
                Socket socket = connect(stub.address())) {
            send(socket, HEADERS.replace("instance1150/messages/chat", twilio(Temper.THROTTLING)) + "to=49");
            assertThat(reply(socket)).startsWith("HTTP/1.1 429 ");

            send(socket, HEADERS.replace("instance1150/messages/chat", twilio(Temper.QUICK)) + "to=49");
            assertThat(reply(socket)).startsWith("HTTP/1.1 201 ").contains("\"sid\":");
        }
    }

    private static String twilio(Temper temper) {
        return "2010-04-01/Accounts/" + temper.account() + "/Messages.json";
    }

    @Test
    void answersLateForAnInstanceThatIsSlow() throws Exception {
        try (StubProcess stub = StubProcess.start();
                Socket socket = connect(stub.address())) {
            long start = System.nanoTime();
            send(socket, headers(Temper.SLOW) + "to=49");

            assertThat(reply(socket)).startsWith("HTTP/1.1 200 OK\r\n").contains("\"sent\":\"true\"");
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SendStub.SLOW_MILLIS * 1_000_000);
        }
    }

    /** An answer of another connection's comes first, however late this one's would be. */
    @Test
    void neverAnswersForAnInstanceThatIsDead() throws Exception {
        try (StubProcess stub = StubProcess.start();
                Socket dead = connect(stub.address());
                Socket slow = connect(stub.address())) {
            send(dead, headers(Temper.DEAD) + "to=49");
            send(slow, headers(Temper.SLOW) + "to=49");

            assertThat(reply(slow)).contains("\"sent\":\"true\"");
            assertThat(dead.getInputStream().available()).isZero();
        }
    }

    @Test
    void sendsByteAfterByteForAnInstanceThatTrickles() throws Exception {
        try (StubProcess stub = StubProcess.start();
                Socket socket = connect(stub.address())) {
            send(socket, headers(Temper.TRICKLING) + "to=49");

            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(Stream.generate(() -> line(in)).takeWhile(line -> !line.isEmpty()))
                    .contains("HTTP/1.1 200 OK", "Content-Length: " + StubConnection.TRICKLED);
            assertThat(in.read()).isEqualTo(' ');
            assertThat(socket.getInputStream().available()).as("so far").isLessThan(StubConnection.TRICKLED / 2);
        }
    }

    private static String line(BufferedReader in) {
        try {
            return in.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String headers(Temper temper) {
        return HEADERS.replace("instance1150", temper.instance());
    }

    @Test
    void waitsForTheWholeOfARequest() throws Exception {
        StubConnection connection = new StubConnection(new Journal());

        for (String piece : new String[] {HEADERS.substring(0, 20), HEADERS.substring(20), "to="}) {
            connection.room().put(piece.getBytes(StandardCharsets.US_ASCII));
            assertThat(connection.reply()).isNull();
        }
        connection.room().put("49".getBytes(StandardCharsets.US_ASCII));

        assertThat(connection.reply()).isNotNull();
    }

    @Test
    void takesABodyThatIsLongerThanWhatItKeeps() throws Exception {
        StubConnection connection = new StubConnection(new Journal());
        String body = "image=" + "A".repeat(100_000);
        byte[] request = ("POST /instance1150/messages/image HTTP/1.1\r\nContent-Length: " + body.length() + "\r\n\r\n"
                        + body)
                .getBytes(StandardCharsets.US_ASCII);

        int sent = 0;
        ByteBuffer reply = null;
        while (sent < request.length) {
            assertThat(reply).as("after %s bytes", sent).isNull();
            ByteBuffer room = connection.room();
            int part = Math.min(room.remaining(), request.length - sent);
            room.put(request, sent, part);
            sent += part;
            reply = connection.reply();
        }

        assertThat(StandardCharsets.US_ASCII.decode(reply).toString()).contains("\"sent\":\"true\"");
    }

    @Test
    void makesRoomWhenARequestNeedsIt() throws Exception {
        StubConnection connection = new StubConnection(new Journal());
        byte[] request = ("POST /instance1150/messages/chat HTTP/1.1\r\nX-Long: " + "x".repeat(5_000)
                        + "\r\nContent-Length: 5\r\n\r\nto=49")
                .getBytes(StandardCharsets.US_ASCII);

        int smallest = connection.room().remaining();
        ByteBuffer reply = null;
        for (int sent = 0; sent < request.length; ) {
            ByteBuffer room = connection.room();
            int part = Math.min(room.remaining(), request.length - sent);
            room.put(request, sent, part);
            sent += part;
            reply = connection.reply();
        }

        assertThat(smallest).isLessThan(request.length);
        assertThat(StandardCharsets.US_ASCII.decode(reply).toString()).contains("\"sent\":\"true\"");
    }

    @Test
    void listsMessages() throws Exception {
        StubConnection connection = new StubConnection(new Journal());

        connection
                .room()
                .put("GET /instance1150/messages?page=1 HTTP/1.1\r\nHost: stub\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));

        assertThat(StandardCharsets.US_ASCII.decode(connection.reply()).toString())
                .contains("\"referenceId\":\"order-99\"");
    }

    @Test
    void takesNothingElse() throws Exception {
        StubConnection connection = new StubConnection(new Journal());

        connection
                .room()
                .put("GET /instance1150/status HTTP/1.1\r\nHost: stub\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

        assertThat(StandardCharsets.US_ASCII.decode(connection.reply()).toString())
                .startsWith("HTTP/1.1 404 ");
    }

    private static Socket connect(URI address) throws IOException {
        return new Socket(address.getHost(), address.getPort());
    }

    private static void send(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static String reply(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder text = new StringBuilder();
        while (text.indexOf("}") < 0) {
            text.append((char) in.read());
        }
        return text.toString();
    }
}
