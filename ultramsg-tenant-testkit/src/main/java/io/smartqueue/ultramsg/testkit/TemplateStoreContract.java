package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.admin.Template;
import io.smartqueue.ultramsg.admin.TemplateName;
import io.smartqueue.ultramsg.admin.TemplateStore;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link TemplateStore} promises, as tests. A store's own test class extends this one.
 *
 * <p>Each test method uses names of its own, so that a store may be shared.
 */
public abstract class TemplateStoreContract {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Actor.Operator ANNA = Actor.operator("anna");

    private static final List<String> UNUSUAL_NAMES = List.of(
            "<script>alert('starter')</script>",
            "'; drop table ultramsg_templates; --",
            "100 % of \"all\" \\ ${these} {0} $1 :name ? _",
            "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67 family",
            "\u0645\u0628\u062A\u062F\u0626",
            "\u05DE\u05EA\u05D7\u05D9\u05DC 2",
            "\u00C5ngstr\u00F6m",
            "null",
            "\uD835\uDD38".repeat(50));

    /** For the subclasses. */
    protected TemplateStoreContract() {}

    /**
     * Returns the store under test.
     *
     * @return the store
     */
    protected abstract TemplateStore store();

    private static TemplateName newName() {
        return TemplateName.of("contract " + UUID.randomUUID());
    }

    private static ConfigDraft limit(int limit) {
        return ConfigDraft.builder().dailyLimit(limit).build();
    }

    private List<TemplateName> listed() {
        return store().list().stream().map(Template::name).toList();
    }

    @Test
    void findsNothingUnderANameThatNobodyHasUsed() {
        TemplateName nobody = newName();

        assertThat(store().find(nobody)).isEmpty();
        assertThat(store().find(nobody, 1)).isEmpty();
        assertThat(store().delete(nobody)).isFalse();
        assertThat(listed()).doesNotContain(nobody);
    }

    @Test
    void countsTheVersionsOfANameFromOneOn() {
        TemplateName name = newName();
        TemplateName other = newName();

        assertThat(store().save(name, limit(1), ANNA).version()).isEqualTo(1);
        assertThat(store().save(name, limit(2), ANNA).version()).isEqualTo(2);
        assertThat(store().save(other, limit(3), ANNA).version()).isEqualTo(1);
    }

    @Test
    void findsTheNewestVersionAndEachOfTheOthers() {
        TemplateName name = newName();
        store().save(name, limit(1), ANNA);
        store().save(name, limit(2), ANNA);

        assertThat(store().find(name).orElseThrow().version()).isEqualTo(2);
        assertThat(store().find(name).orElseThrow().values().dailyLimit()).contains(2);
        assertThat(store().find(name, 1).orElseThrow().values().dailyLimit()).contains(1);
        assertThat(store().find(name, 2).orElseThrow().values().dailyLimit()).contains(2);
        for (long never : new long[] {0, 3, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThat(store().find(name, never)).as("version " + never).isEmpty();
        }
    }

    @Test
    void keepsAllThatATemplateSets() {
        TemplateName name = newName();
        ConfigDraft values = ConfigDraft.builder()
                .baseUrl("https://gateway.example.com")
                .dailyLimit(0)
                .webhookUrl("https://host.example.com/whatsapp?a=1&b=%20'\"")
                .webhookEvents(List.of("message_ack", "message_received"))
                .timeZone("America/Argentina/Buenos_Aires")
                .defaultRegion("DE")
                .pace("PT15S")
                .build();

        assertThat(store().save(name, values, ANNA).values())
                .usingRecursiveComparison()
                .isEqualTo(values);
        assertThat(store().find(name).orElseThrow().values())
                .usingRecursiveComparison()
                .isEqualTo(values);
    }

    @Test
    void keepsWhatATemplateClearsApartFromWhatItLeavesAlone() {
        TemplateName name = newName();
        ConfigDraft values = ConfigDraft.builder()
                .baseUrl("")
                .webhookUrl("")
                .webhookEvents(List.of())
                .defaultRegion("")
                .pace("")
                .build();
        store().save(name, values, ANNA);

        assertThat(store().find(name).orElseThrow().values())
                .usingRecursiveComparison()
                .isEqualTo(values);
    }

    @Test
    void keepsWhoHasSavedAVersionAndWhen() {
        TemplateName name = newName();
        store().save(name, limit(1), ANNA);
        store().save(name, limit(2), Actor.operator("ben"));

        Template first = store().find(name, 1).orElseThrow();
        Template second = store().find(name).orElseThrow();

        assertThat(first.savedBy()).isEqualTo("anna");
        assertThat(second.savedBy()).isEqualTo("ben");
        assertThat(first.savedAt()).isAfter(Instant.EPOCH).isBeforeOrEqualTo(second.savedAt());
    }

    @Test
    void keepsNamesAsTheyAre() {
        for (String text : UNUSUAL_NAMES) {
            TemplateName name = TemplateName.of(text);
            store().save(name, limit(text.length()), ANNA);

            assertThat(store().find(name).orElseThrow().name().value()).isEqualTo(text);
            assertThat(store().find(name).orElseThrow().values().dailyLimit()).contains(text.length());
            assertThat(listed()).contains(name);
            assertThat(store().delete(name)).isTrue();
        }
    }

    @Test
    void takesUpperAndLowerCaseForDifferentNames() {
        TemplateName name = newName();
        store().save(name, limit(1), ANNA);

        assertThat(store().find(TemplateName.of(name.value().toUpperCase(Locale.ROOT))))
                .isEmpty();
        assertThat(store().find(TemplateName.of(name.value() + "%"))).isEmpty();
    }

    @Test
    void listsEachNameOnceWithItsNewestVersionInTheOrderOfNames() {
        String common = newName().value();
        TemplateName second = TemplateName.of(common + " b");
        TemplateName first = TemplateName.of(common + " B");
        store().save(second, limit(1), ANNA);
        store().save(first, limit(2), ANNA);
        store().save(second, limit(3), ANNA);

        List<Template> ours = store().list().stream()
                .filter(template -> template.name().value().startsWith(common))
                .toList();

        assertThat(ours).extracting(Template::name).containsExactly(first, second);
        assertThat(ours).extracting(Template::version).containsExactly(1L, 2L);
    }

    @Test
    void keepsTheVersionsOfWhatWasDeletedForWhoeverKnowsTheirNumbers() {
        TemplateName name = newName();
        store().save(name, limit(1), ANNA);
        store().save(name, limit(2), ANNA);

        assertThat(store().delete(name)).isTrue();

        assertThat(store().find(name)).isEmpty();
        assertThat(listed()).doesNotContain(name);
        assertThat(store().find(name, 1).orElseThrow().values().dailyLimit()).contains(1);
        assertThat(store().find(name, 2).orElseThrow().values().dailyLimit()).contains(2);
        assertThat(store().delete(name)).as("again").isFalse();
    }

    @Test
    void goesOnCountingUnderANameThatWasDeleted() {
        TemplateName name = newName();
        store().save(name, limit(1), ANNA);
        store().delete(name);

        assertThat(store().save(name, limit(2), ANNA).version()).isEqualTo(2);

        assertThat(store().find(name).orElseThrow().version()).isEqualTo(2);
        assertThat(listed()).contains(name);
        assertThat(store().find(name, 1).orElseThrow().values().dailyLimit()).contains(1);
    }

    @Test
    void givesThoseWhoSaveAtTheSameMomentNumbersOfTheirOwn() throws Exception {
        int savers = 8;
        TemplateName name = newName();
        CyclicBarrier start = new CyclicBarrier(savers);
        ExecutorService threads = Executors.newFixedThreadPool(savers);
        try {
            List<Future<Template>> saved = new ArrayList<>();
            for (int i = 1; i <= savers; i++) {
                int limit = i;
                saved.add(threads.submit(() -> {
                    start.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                    return store().save(name, limit(limit), ANNA);
                }));
            }
            List<Long> versions = new ArrayList<>();
            for (Future<Template> each : saved) {
                Template template = each.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                versions.add(template.version());
                assertThat(store().find(name, template.version())
                                .orElseThrow()
                                .values()
                                .dailyLimit())
                        .isEqualTo(template.values().dailyLimit());
            }
            assertThat(versions)
                    .containsExactlyInAnyOrderElementsOf(
                            LongStream.rangeClosed(1, savers).boxed().toList());
        } finally {
            threads.shutdownNow();
        }
    }
}
