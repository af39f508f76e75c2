package io.smartqueue.app.page;

import io.smartqueue.app.ticket.Department;
import io.smartqueue.ultramsg.link.ChatLink;
import io.smartqueue.ultramsg.link.ChatLinkResult;
import io.smartqueue.ultramsg.link.TextTemplate;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What customers scan to queue at a department.
 *
 * @param department whose code is shown
 * @param departments all that have one
 * @param url of the chat; empty if there is none
 * @param svg the same as a picture
 * @param missing why there is none
 */
record ChatPanel(String department, List<String> departments, String number, String url, String svg, String missing) {
    private static final TextTemplate GREETING = TextTemplate.of("Hello, I would like to queue at {department}.");

    static ChatPanel of(ChatLinkResult chat, List<Department> departments, String wanted) {
        List<String> names = departments.stream().map(Department::name).toList();
        String department =
                names.contains(wanted) ? wanted : names.stream().findFirst().orElse("");
        if (chat instanceof ChatLinkResult.Found found) {
            ChatLink link = link(found.link(), department);
            return new ChatPanel(
                    department,
                    names,
                    BusinessNumbers.formatted(link.number().e164()),
                    link.url().toString(),
                    link.qrCode().toSvg(department.isEmpty() ? "Chat with us" : "Queue at " + department),
                    "");
        }
        return new ChatPanel(department, names, "", "", "", missing((ChatLinkResult.Refused) chat));
    }

    private static String missing(ChatLinkResult.Refused refused) {
        return switch (refused.reason()) {
            case NO_NUMBER -> "Enter the business number, and there is a code for customers.";
            case NOT_CONFIGURED -> "Connect the organization first, then there is a code for customers.";
            default -> "There is no code: " + refused.detail();
        };
    }

    /** The link whose text names the department, which is how a customer's message finds its queue. */
    static ChatLink link(ChatLink chat, String department) {
        return department.isEmpty() ? chat : chat.text(GREETING, Map.of("department", department));
    }

    /** Which of them a request is about. */
    String query(String name) {
        return "?department=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
    }

    boolean isThere() {
        return !url.isEmpty();
    }

    /** The number is in it. */
    @Override
    public String toString() {
        return "ChatPanel[" + department + "]";
    }
}
