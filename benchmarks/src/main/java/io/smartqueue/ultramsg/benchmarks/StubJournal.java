package io.smartqueue.ultramsg.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the stub's {@link Journal}. Thread-safe. */
final class StubJournal {
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI stub;

    StubJournal(URI stub) {
        this.stub = stub;
    }

    /** How many messages came in since the journal was taken. */
    int size() throws IOException, InterruptedException {
        return Integer.parseInt(get("/journal/size"));
    }

    /** Returns what came in since it was taken the last time. */
    List<Arrival> take() throws IOException, InterruptedException {
        return get("/journal").lines().map(Arrival::parse).toList();
    }

    /** Waits until so many messages have come in. */
    void await(int messages, Duration most) throws IOException, InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        for (int size = size(); size < messages; size = size()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "only " + size + " of " + messages + " messages came in within " + most);
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }

    /** Takes the journal, in which each of so many messages has to be once. */
    List<Arrival> takeEachOnce(int messages) throws IOException, InterruptedException {
        List<Arrival> arrivals = take();
        Set<Integer> numbers = new HashSet<>();
        arrivals.forEach(arrival -> numbers.add(arrival.number()));
        if (arrivals.size() != messages || numbers.size() != messages) {
            throw new IllegalStateException("of " + messages + " messages " + numbers.size() + " were posted, by "
                    + arrivals.size() + " requests");
        }
        return arrivals;
    }

    /** Has the stub lose replies from now on, see {@link Losses}. */
    void beginLosing(long seed) throws IOException, InterruptedException {
        get("/losses/" + seed);
    }

    /** Has it lose none any more; returns how many it has lost. */
    int endLosing() throws IOException, InterruptedException {
        return Integer.parseInt(get("/losses"));
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpResponse<String> response =
                http.send(HttpRequest.newBuilder(stub.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("the stub answered " + response.statusCode());
        }
        return response.body();
    }
}
