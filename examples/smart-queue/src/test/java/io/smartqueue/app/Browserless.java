package io.smartqueue.app;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Somebody at a browser without a window: keeps cookies, sends forms with their CSRF token, follows no redirect. Not thread-safe. */
final class Browserless {
    private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");

    private final CookieManager cookies = new CookieManager();
    private final HttpClient client =
            HttpClient.newBuilder().cookieHandler(cookies).build();
    private final URI site;
    private String csrfToken = "";

    private Browserless(URI site) {
        this.site = site;
    }

    static Browserless at(URI site) {
        return new Browserless(site);
    }

    /** Signs in as one of the demonstration's members. */
    Browserless signedInAs(String member) throws IOException, InterruptedException {
        return signedInAs(member, Demo.PASSWORD);
    }

    Browserless signedInAs(String member, String password) throws IOException, InterruptedException {
        submit("/sign-in", Map.of("name", member, "password", password));
        Matcher csrf = CSRF.matcher(get("/").body());
        if (!csrf.find()) {
            throw new IllegalStateException(member + " could not sign in");
        }
        csrfToken = csrf.group(1);
        return this;
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    /** Asks for a part of a page, as htmx does. */
    HttpResponse<String> part(String path) throws IOException, InterruptedException {
        return client.send(request(path).header("HX-Request", "true").build(), BodyHandlers.ofString());
    }

    /** Sends a form as htmx does, which wants a part of a page. */
    HttpResponse<String> submitForPart(String path, Map<String, String> fields)
            throws IOException, InterruptedException {
        return submit(request(path).header("HX-Request", "true"), fields);
    }

    /** Sends a form as htmx does while somebody types in one of its fields. */
    HttpResponse<String> type(String path, String field, Map<String, String> fields)
            throws IOException, InterruptedException {
        return submit(request(path).header("HX-Request", "true").header("HX-Trigger-Name", field), fields);
    }

    /** Sends a form as a page would. */
    HttpResponse<String> submit(String path, Map<String, String> fields) throws IOException, InterruptedException {
        return submit(request(path), fields);
    }

    /** Sends a form as a page would that has several fields of one name. */
    HttpResponse<String> submit(String path, List<Map.Entry<String, String>> fields)
            throws IOException, InterruptedException {
        return submit(request(path), fields);
    }

    private HttpResponse<String> submit(HttpRequest.Builder request, Map<String, String> fields)
            throws IOException, InterruptedException {
        return submit(request, List.copyOf(fields.entrySet()));
    }

    private HttpResponse<String> submit(HttpRequest.Builder request, List<Map.Entry<String, String>> fields)
            throws IOException, InterruptedException {
        String form = form(fields);
        return send(request, csrfToken.isEmpty() ? form : form + "&csrf=" + encoded(csrfToken));
    }

    /** Sends a form of a page that was loaded when nobody had signed in. */
    HttpResponse<String> submitWithoutToken(String path, Map<String, String> fields)
            throws IOException, InterruptedException {
        return send(request(path), form(List.copyOf(fields.entrySet())));
    }

    private static String form(List<Map.Entry<String, String>> fields) {
        return fields.stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String form)
            throws IOException, InterruptedException {
        return client.send(
                request.header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Sends JSON with the session's CSRF token. */
    HttpResponse<String> postJson(String path, String json) throws IOException, InterruptedException {
        return client.send(
                request(path)
                        .header("Content-Type", "application/json")
                        .header("X-CSRF-Token", csrfToken)
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build(),
                BodyHandlers.ofString());
    }

    String csrfToken() {
        return csrfToken;
    }

    /** What the cookie of its session holds. */
    String session() {
        return cookies.getCookieStore().getCookies().get(0).getValue();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(site.resolve(path));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
