package io.smartqueue.ultramsg.benchmarks;

import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;

import java.io.IOException;
import java.net.URI;

/** Apache HttpClient 5, one for all, with a connection for each caller: as it comes there are five for a host. */
final class ApachePeer implements AutoCloseable {
    private final CloseableHttpClient http = HttpClients.custom()
            .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                    .setMaxConnPerRoute(64)
                    .setMaxConnTotal(64)
                    .build())
            .build();
    private final URI address;

    ApachePeer(URI server) {
        this.address = server.resolve("/" + Texts.INSTANCE + "/messages/chat");
    }

    String post() throws IOException {
        HttpPost post = new HttpPost(address);
        post.setEntity(new StringEntity(Texts.FORM, ContentType.APPLICATION_FORM_URLENCODED));
        return Texts.requireTaken(http.execute(post, response -> EntityUtils.toString(response.getEntity())));
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
