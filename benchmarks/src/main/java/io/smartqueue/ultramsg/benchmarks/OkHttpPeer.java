package io.smartqueue.ultramsg.benchmarks;

import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** OkHttp, one client for all as its documentation asks for, with a connection for each caller. */
final class OkHttpPeer implements AutoCloseable {
    private static final MediaType FORM = Objects.requireNonNull(MediaType.parse("application/x-www-form-urlencoded"));

    private final OkHttpClient http = new OkHttpClient.Builder()
            .connectionPool(new ConnectionPool(64, 5, TimeUnit.MINUTES))
            .callTimeout(Duration.ofSeconds(15))
            .build();
    private final Request request;

    OkHttpPeer(URI server) {
        this.request = new Request.Builder()
                .url(server.resolve("/" + Texts.INSTANCE + "/messages/chat").toString())
                .post(RequestBody.create(Texts.FORM, FORM))
                .build();
    }

    String post() throws IOException {
        try (Response response = http.newCall(request).execute()) {
            return Texts.requireTaken(response.body().string());
        }
    }

    @Override
    public void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
