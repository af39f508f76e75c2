package io.smartqueue.ultramsg.testkit;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Posts what an instance tells, one after another, on a thread of its own; docs/ultramsg-api.md, section 5.1. Repeats
 * follow at once: nothing here sleeps. Thread-safe.
 */
final class Webhooks {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ThreadPoolExecutor thread;
    private final Deque<Post> held = new ArrayDeque<>();
    private boolean holding;
    private @Nullable HttpClient http;
    private int copies = 1;
    private int underWay;
    private int delivered;

    private record Post(URI url, String payload, int attempts) {}

    Webhooks(String instance) {
        thread = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread made = new Thread(work, "ultramsg-stub-webhooks-" + instance);
            made.setDaemon(true);
            return made;
        });
        thread.allowCoreThreadTimeOut(true);
    }

    synchronized void post(URI url, String payload, int repeats) {
        Post post = new Post(url, payload, 1 + repeats);
        for (int i = 0; i < copies; i++) {
            if (holding) {
                held.add(post);
            } else {
                start(post);
            }
        }
    }

    synchronized void copies(int number) {
        if (number < 1) {
            throw new IllegalArgumentException("Expected one copy or more but got " + number);
        }
        copies = number;
    }

    synchronized void hold() {
        holding = true;
    }

    enum Order {
        AS_THEY_CAME,
        REVERSED
    }

    synchronized void release(Order order) {
        List<Post> posts = new ArrayList<>(held);
        if (order == Order.REVERSED) {
            Collections.reverse(posts);
        }
        held.clear();
        holding = false;
        posts.forEach(this::start);
    }

    synchronized int delivered() {
        return delivered;
    }

    /** Waits until nothing is under way; false if the time is over before. What is held does not count. */
    synchronized boolean await(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        long left = atMost.toNanos();
        while (underWay > 0 && left > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = end - System.nanoTime();
        }
        return underWay == 0;
    }

    private void start(Post post) {
        underWay++;
        thread.execute(() -> finish(deliver(post)));
    }

    private synchronized void finish(boolean accepted) {
        underWay--;
        if (accepted) {
            delivered++;
        }
        notifyAll();
    }

    private boolean deliver(Post post) {
        for (int attempt = 0; attempt < post.attempts(); attempt++) {
            if (accepts(post)) {
                return true;
            }
        }
        return false;
    }

    private boolean accepts(Post post) {
        HttpRequest request = HttpRequest.newBuilder(post.url())
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(post.payload()))
                .build();
        try {
            return client().send(request, BodyHandlers.discarding()).statusCode() / 100 == 2;
        } catch (IOException e) {
            return false; // no answer counts as a refusal, as at UltraMsg
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Most instances never post anything, and a client costs a thread. */
    private synchronized HttpClient client() {
        if (http == null) {
            http = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(PATIENCE)
                    .build();
        }
        return http;
    }
}
