package io.smartqueue.app.demo;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.smartqueue.app.demo.Instances.Instance;
import io.smartqueue.app.web.Frame;
import io.smartqueue.app.web.Guard;
import io.smartqueue.app.web.Routes;
import io.smartqueue.app.web.Views;
import org.jspecify.annotations.Nullable;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The phone of a customer of the demonstration, who chats with an organization. For everybody, signed in or not. */
public final class PhonePage implements Routes {
    private static final String SOMEBODY = "4915123456789";
    private static final Pattern NUMBER = Pattern.compile("\\+?[0-9]{6,15}");
    private static final Pattern LINK = Pattern.compile("https://wa\\.me/([0-9]{6,15})(?:\\?text=([^&#]*))?");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm").withZone(ZoneId.systemDefault());
    private static final int MOST_CHARACTERS = 4096;

    /** A message as the phone shows it. */
    record Bubble(boolean mine, String text, String time) {}

    record ChatView(String from, String to, List<Bubble> bubbles) {
        /** Where the chat is asked for again; nothing comes until there is more. */
        String more() {
            return "/demo/phone/chat?from=" + from + "&to=" + to + "&seen=" + bubbles.size();
        }
    }

    /** @param with whom the chat is with, or null if nobody has the number */
    record View(
            Frame frame,
            String from,
            String to,
            String text,
            @Nullable String with,
            ChatView chat,
            @Nullable String error) {}

    private final Instances instances;
    private final Guard guard;
    private final Chats chats = new Chats();

    public PhonePage(Instances instances, Guard guard) {
        this.instances = instances;
        this.guard = guard;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/demo/phone", request -> show(request, null));
        routes.get("/demo/phone/chat", this::chat);
        routes.get("/demo/phone/scan", this::scan);
        routes.post("/demo/phone", this::write);
    }

    private void show(Context request, @Nullable String error) {
        String from = number(request.queryParam("from"), SOMEBODY);
        String to = number(request.queryParam("to"), "");
        @Nullable String text = request.queryParam("text");
        Optional<Instance> instance = instances.ofNumber(to);
        View view = new View(
                Frame.of("A customer's phone", guard.find(request).orElse(null)),
                from,
                to,
                text == null ? "" : text,
                instance.map(Instance::name).orElse(null),
                new ChatView(from, to, bubbles(instance, from)),
                error);
        Views.show(request, error == null ? 200 : 422, "demo/phone.jte", view);
    }

    private void chat(Context request) {
        String from = number(request.queryParam("from"), SOMEBODY);
        String to = number(request.queryParam("to"), "");
        List<Bubble> bubbles = bubbles(instances.ofNumber(to), from);
        if (String.valueOf(bubbles.size()).equals(request.queryParam("seen"))) {
            request.status(204);
        } else {
            Views.show(request, "demo/chat.jte", new ChatView(from, to, bubbles));
        }
    }

    private List<Bubble> bubbles(Optional<Instance> instance, String from) {
        return instance.map(found -> chats.open(found, from)).orElse(List.of()).stream()
                .map(line -> new Bubble(line.mine(), line.text(), TIME.format(line.at())))
                .toList();
    }

    /** What the phone's camera does with a code: it opens the chat that the code's link names, and writes down its text. */
    private void scan(Context request) {
        @Nullable String code = request.queryParam("code");
        Matcher link = LINK.matcher(code == null ? "" : code.strip());
        if (!link.matches()) {
            show(request, "This is no link to a chat: it begins with https://wa.me/");
            return;
        }
        String text;
        try {
            text = link.group(2) == null ? "" : URLDecoder.decode(link.group(2), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            show(request, "This link's text cannot be read: it has a percent sign that stands for nothing");
            return;
        }
        request.redirect(address(number(request.queryParam("from"), SOMEBODY), link.group(1)) + "&text="
                + URLEncoder.encode(text, StandardCharsets.UTF_8));
    }

    private void write(Context request) {
        String from = number(request.formParam("from"), SOMEBODY);
        String to = number(request.formParam("to"), "");
        @Nullable String typed = request.formParam("text");
        String text = typed == null ? "" : typed.strip();
        if (!text.isEmpty() && text.length() <= MOST_CHARACTERS) {
            instances.ofNumber(to).ifPresent(instance -> chats.write(instance, from, text));
        }
        request.redirect(address(from, to));
    }

    private static String address(String from, String to) {
        return "/demo/phone?from=" + from + "&to=" + to;
    }

    private static String number(@Nullable String typed, String usual) {
        String bare = typed == null ? "" : typed.replaceAll("[ ()-]", "");
        return NUMBER.matcher(bare).matches() ? Instances.digits(bare) : usual;
    }
}
