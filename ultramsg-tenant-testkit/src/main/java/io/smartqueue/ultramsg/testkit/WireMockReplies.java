package io.smartqueue.ultramsg.testkit;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.http.Request;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Translates WireMock's requests to ours and our replies to WireMock's. */
final class WireMockReplies implements ResponseDefinitionTransformerV2 {

    private static final Pattern FILE_NAME = Pattern.compile("filename=\"([^\"]*)\"");

    private final Function<StubRequest, StubReply> answers;

    WireMockReplies(Function<StubRequest, StubReply> answers) {
        this.answers = answers;
    }

    @Override
    public String getName() {
        return "ultramsg-stub";
    }

    @Override
    public ResponseDefinition transform(ServeEvent event) {
        Request request = event.getRequest();
        return translated(answers.apply(withParts(
                StubRequest.of(
                        request.getMethod().getName(),
                        request.getUrl(),
                        request.getHeader("Content-Type"),
                        new String(request.getBody(), UTF_8)),
                request)));
    }

    private static StubRequest withParts(StubRequest translated, Request request) {
        if (!request.isMultipart()) {
            return translated;
        }
        Map<String, String> fields = new HashMap<>();
        UploadedFile file = null;
        for (Request.Part part : request.getParts()) {
            String disposition = String.valueOf(part.getHeader("Content-Disposition"));
            Matcher fileName = FILE_NAME.matcher(disposition);
            if (fileName.find()) {
                file = new UploadedFile(fileName.group(1), part.getBody().asBytes());
            } else {
                fields.put(part.getName(), part.getBody().asString());
            }
        }
        return translated.withParts(fields, file);
    }

    private static ResponseDefinition translated(StubReply reply) {
        ResponseDefinitionBuilder response = ResponseDefinitionBuilder.responseDefinition();
        int delay = Math.toIntExact(reply.pace().delay().toMillis());
        if (delay > 0) {
            response.withFixedDelay(delay);
        }
        return switch (reply.ending()) {
            case CLOSED -> response.withFault(Fault.EMPTY_RESPONSE).build();
            case RESET -> response.withFault(Fault.CONNECTION_RESET_BY_PEER).build();
            case ANSWERED -> answered(reply, response).build();
        };
    }

    private static ResponseDefinitionBuilder answered(StubReply reply, ResponseDefinitionBuilder response) {
        byte[] body = reply.content().bytes();
        response.withStatus(reply.status()).withBody(body);
        if (!reply.contentType().isEmpty()) {
            response.withHeader("Content-Type", reply.contentType());
        }
        reply.headers().forEach(response::withHeader);
        long pausePerByte = reply.pace().pausePerByte().toMillis();
        if (pausePerByte > 0 && body.length > 0) {
            long total = Math.min(Integer.MAX_VALUE, pausePerByte * body.length);
            response.withChunkedDribbleDelay(body.length, (int) total);
        }
        return response;
    }
}
