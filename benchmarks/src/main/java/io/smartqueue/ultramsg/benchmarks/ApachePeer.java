package io.smartqueue.ultramsg.benchmarks;

import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.util.Timeout;

import java.io.IOException;
import java.net.URI;

/**
 * Apache HttpClient 5, one for all, with a connection for each caller: as it comes there are five for a host. Its time limits are those of
 * its own example {@code ClientConfiguration}; as it comes it waits for an answer for ever.
 */
final class ApachePeer implements AutoCloseable {
    private final CloseableHttpClient http = HttpClients.custom()
            .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                    .setMaxConnPerRoute(64)
                    .setMaxConnTotal(64)
                    .setDefaultConnectionConfig(ConnectionConfig.custom()
                            .setConnectTimeout(Timeout.ofSeconds(30))
                            .setSocketTimeout(Timeout.ofSeconds(30))
                            .build())
                    .build())
            .build();
    private final URI server;
    private final URI address;

    ApachePeer(URI server) {
        this.server = server;
        this.address = address(Texts.INSTANCE);
    }

    private URI address(String instance) {
        return server.resolve("/" + instance + "/messages/chat");
    }

    String post() throws IOException {
        return post(address);
    }

    String postTo(String instance) throws IOException {
        return post(address(instance));
    }

    private String post(URI address) throws IOException {
        HttpPost post = new HttpPost(address);
        post.setEntity(new StringEntity(Texts.FORM, ContentType.APPLICATION_FORM_URLENCODED));
        return Texts.requireTaken(http.execute(post, response -> EntityUtils.toString(response.getEntity())));
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
