package io.smartqueue.ultramsg.quickstart;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.link.ChatLink;
import io.smartqueue.ultramsg.link.ChatLinkResult;
import io.smartqueue.ultramsg.link.LoginCode;
import io.smartqueue.ultramsg.link.QrCode;
import io.smartqueue.ultramsg.link.TextTemplate;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Java that docs/links.md shows; {@link LinksPageTest} compares the two, and runs it. */
final class LinksSnippets {
    private LinksSnippets() {}

    static String page(UltraMessageInstanceManager whatsApp, OrganizationId acme) {
        // docs: begin
        if (whatsApp.links().chat(acme) instanceof ChatLinkResult.Found found) {
            ChatLink link = found.link().text("Hello, I have a question.");
            return "<a href=\"" + link.url() + "\">" + link.qrCode().toSvg("Chat with us") + "</a>";
        }
        return "<p>We are not on WhatsApp yet.</p>";
        // docs: end
    }

    static void tables(UltraMessageInstanceManager whatsApp, OrganizationId acme, Path folder) throws IOException {
        // docs: begin
        TextTemplate greeting = TextTemplate.of("Hello, I am at table {table}.");
        ChatLink link = whatsApp.links().chat(acme).orThrow();
        for (int table = 1; table <= 12; table++) {
            QrCode code =
                    link.text(greeting, Map.of("table", String.valueOf(table))).qrCode();
            Files.write(folder.resolve(table + ".png"), code.toPng(8)); // 8 pixels for each module
        }
        // docs: end
    }

    static String preview(UltraMessageInstanceManager whatsApp, OrganizationId acme, String typed) {
        // docs: begin
        TextTemplate greeting;
        try {
            greeting = TextTemplate.of(typed, Set.of("table", "branch"));
        } catch (IllegalArgumentException refused) {
            return refused.getMessage(); // text uses unknown variables, tabel: there are branch, table
        }
        String svg = whatsApp.links()
                .chat(acme)
                .orThrow()
                .text(greeting, Map.of("table", "4", "branch", "Mitte"))
                .qrCode()
                .toSvg();
        // docs: end
        return svg;
    }

    static String login(UltraMessageInstanceManager whatsApp, OrganizationId acme) {
        // docs: begin
        LoginCode login = whatsApp.links().login(acme); // asks UltraMsg
        if (login instanceof LoginCode.Waiting waiting) {
            return waiting.code().toSvg(); // for the account's owner alone; another one in 20 seconds
        } else if (login instanceof LoginCode.Connected) {
            return "connected";
        } else if (login instanceof LoginCode.InOtherState other) {
            return "please wait: " + other.status().status();
        }
        // docs: end
        throw new AssertionError("sealed, but not for a compiler of Java 17");
    }
}
