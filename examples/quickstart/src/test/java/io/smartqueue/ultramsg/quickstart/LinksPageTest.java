package io.smartqueue.ultramsg.quickstart;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.InMemoryTenantStore;
import io.smartqueue.ultramsg.testkit.StubInstance;
import io.smartqueue.ultramsg.testkit.UltraMsgExtension;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/** What docs/links.md shows stands in test sources word for word, compiles, and does what the page says. */
@ExtendWith(UltraMsgExtension.class)
class LinksPageTest {
    private static final Path PAGE = Path.of("..", "..", "docs", "links.md");
    private static final Path TESTS = Path.of("src/test/java/io/smartqueue/ultramsg/quickstart");
    private static final OrganizationId ACME = OrganizationId.of("acme");

    @Test
    void showsWhatCompilesAndNothingElse() throws IOException {
        assertThat(Snippets.shownOn(PAGE, "java"))
                .isNotEmpty()
                .containsExactlyElementsOf(Snippets.compiledIn(TESTS.resolve("LinksSnippets.java"), "docs"));
    }

    @Test
    void showsWhatWorks(UltraMsgServer ultraMsg, @TempDir Path folder) throws IOException {
        StubInstance instance = ultraMsg.addInstance("1150", "fake-t0ken");
        InMemoryTenantStore store = InMemoryTenantStore.create();
        store.add(
                ACME,
                ConfigDraft.builder()
                        .instanceId("1150")
                        .token("fake-t0ken")
                        .baseUrl(ultraMsg.baseUrl().toString())
                        .businessNumber("+49 30 901820")
                        .status(InstanceStatus.ACTIVE)
                        .build());
        try (UltraMessageInstanceManager whatsApp = UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .build()) {
            assertThat(LinksSnippets.page(whatsApp, ACME))
                    .startsWith("<a href=\"https://wa.me/4930901820?text=Hello%2C%20I%20have%20a%20question.\"><svg ");
            assertThat(LinksSnippets.page(whatsApp, OrganizationId.of("nobody")))
                    .contains("not on WhatsApp");

            LinksSnippets.tables(whatsApp, ACME, folder);
            assertThat(folder).isDirectoryContaining("glob:**/12.png");

            assertThat(LinksSnippets.preview(whatsApp, ACME, "Table {table}")).startsWith("<svg ");
            assertThat(LinksSnippets.preview(whatsApp, ACME, "Table {tabel}"))
                    .isEqualTo("text uses unknown variables, tabel: there are branch, table");

            assertThat(LinksSnippets.login(whatsApp, ACME)).isEqualTo("connected");
            instance.waitsForQrScan();
            assertThat(LinksSnippets.login(whatsApp, ACME)).startsWith("<svg ");
        }
    }
}
