package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.error.ProviderException;
import io.smartqueue.ultramsg.fixtures.RecordedRequest;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Listing messages page by page, while messages come and go. */
@Timeout(30)
class MessagePagingTest {
    private static final MessageQuery QUERY =
            MessageQuery.builder().pageSize(3).newestFirst().build();

    private final ScriptedServer server = new ScriptedServer();
    private final UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal());
    private final UltraMsgClient client = http.client(Samples.credentials(server.url()));

    @AfterEach
    void close() {
        http.close();
        server.close();
    }

    private static String list(int... ids) {
        return IntStream.of(ids).mapToObj(id -> "{\"id\":" + id + "}").collect(Collectors.joining(",", "[", "]"));
    }

    private void page(String pages, int... ids) {
        server.next(Replies.json(200, "{\"pages\":" + pages + ",\"messages\":" + list(ids) + "}"));
    }

    private Stream<Integer> listed() {
        return client.messages()
                .list(QUERY)
                .map(message -> Integer.valueOf(message.id().value()));
    }

    private List<String> pagesAskedFor() {
        return server.requests().stream()
                .map(RecordedRequest::query)
                .map(query -> query.get("page"))
                .toList();
    }

    @Test
    void readsEveryPageInItsOrder() {
        page("3", 9, 8, 7);
        page("\"3\"", 6, 5, 4);
        page("3", 3);

        assertThat(listed()).containsExactly(9, 8, 7, 6, 5, 4, 3);
        assertThat(pagesAskedFor()).containsExactly("1", "2", "3");
    }

    @Test
    void asksForNothingUntilSomebodyReads() {
        assertThat(listed()).isNotNull();
        assertThat(server.connections()).isZero();
    }

    @Test
    void asksForNoMoreThanIsRead() {
        page("300", 9, 8, 7);
        page("300", 6, 5, 4);

        assertThat(listed().limit(4)).containsExactly(9, 8, 7, 6);
        assertThat(pagesAskedFor()).containsExactly("1", "2");
    }

    @Test
    void readsUntilAPageIsEmptyIfTheNumberOfPagesIsNotSaid() {
        server.next(Replies.json(200, list(9, 8, 7)), Replies.json(200, list(6)), Replies.json(200, "[]"));

        assertThat(listed()).containsExactly(9, 8, 7, 6);
        assertThat(pagesAskedFor()).containsExactly("1", "2", "3");
    }

    @Test
    void leavesOutWhatHasMovedToALaterPageMeanwhile() {
        page("2", 9, 8, 7);
        page("3", 7, 6, 5); // 10 has come in and moved everything by one
        page("3", 4, 3);

        assertThat(listed()).containsExactly(9, 8, 7, 6, 5, 4, 3);
    }

    @Test
    void readsOnWhenMoreThanAPageHasComeInMeanwhile() {
        page("2", 9, 8, 7);
        page("3", 9, 8, 7);
        page("3", 6, 5, 4);

        assertThat(listed()).containsExactly(9, 8, 7, 6, 5, 4);
    }

    @Test
    void endsIfTheServerGivesTheSamePageAgainAndAgain() {
        server.on("messages", Replies.json(200, "{\"pages\":1000,\"messages\":" + list(9, 8, 7) + "}"));

        assertThat(listed()).containsExactly(9, 8, 7);
        assertThat(pagesAskedFor()).hasSize(11).last().isEqualTo("11");
    }

    @Test
    void keepsMessagesWithoutAnId() {
        server.next(Replies.json(200, "{\"pages\":1,\"messages\":[{},{\"id\":null}]}"));

        assertThat(client.messages().list(QUERY))
                .extracting(QueuedMessage::id)
                .containsExactly(new QueueId(""), new QueueId(""));
    }

    @Test
    void saysInTheMiddleThatThePageDidNotCome() {
        page("3", 9, 8, 7);
        server.next(Replies.json(200, Samples.WRONG_TOKEN));

        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> listed().forEach(id -> assertThat(id).isBetween(7, 9)));
    }

    @Test
    void givesOnePageOnRequest() {
        page("3", 6, 5, 4);

        MessagePage page = client.messages().page(QUERY, 2);

        assertThat(page.number()).isEqualTo(2);
        assertThat(page.messages()).hasSize(3);
        assertThat(pagesAskedFor()).containsExactly("2");
        assertThatIllegalArgumentException().isThrownBy(() -> client.messages().page(QUERY, 0));
    }
}
