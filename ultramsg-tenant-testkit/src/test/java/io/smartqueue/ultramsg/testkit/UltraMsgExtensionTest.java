package io.smartqueue.ultramsg.testkit;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.testkit.engine.EngineTestKit;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

class UltraMsgExtensionTest {

    private static final List<UltraMsgServer> SEEN = new CopyOnWriteArrayList<>();

    @BeforeEach
    void forget() {
        SEEN.clear();
    }

    @Test
    void sharesOneServerInAClassAndResetsItBetweenTests() {
        run(AddsTheSameInstanceInEachTest.class, 3);

        assertThat(SEEN).hasSize(4);
        assertThat(Set.copyOf(SEEN)).hasSize(1);
    }

    @Test
    void givesEachClassAServerOfItsOwn() {
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(AddsTheSameInstanceInEachTest.class), selectClass(AddsItToo.class))
                .execute()
                .testEvents()
                .assertStatistics(events -> events.succeeded(4));

        assertThat(Set.copyOf(SEEN)).hasSize(2);
    }

    @Test
    void closesTheServerAfterTheClass() {
        run(AddsItToo.class, 1);

        StubClient client = StubClient.over(SEEN.get(0).baseUrl());
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> client.text("instance1150", "Hello"));
    }

    @Test
    void worksOnASingleMethod() {
        run(ExtendsAMethod.class, 1);

        assertThat(SEEN).hasSize(1);
    }

    private static void run(Class<?> tests, int succeeding) {
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .execute()
                .testEvents()
                .assertStatistics(events -> events.started(succeeding).succeeded(succeeding));
    }

    // the classes below run only through the engine above: Surefire does not pick up static nested classes

    @ExtendWith(UltraMsgExtension.class)
    static class AddsTheSameInstanceInEachTest {

        @BeforeAll
        static void see(UltraMsgServer server) {
            SEEN.add(server);
        }

        @Test
        void addsIt(UltraMsgServer server) {
            add(server);
        }

        @Test
        void addsItAgain(UltraMsgServer server) {
            add(server);
        }

        @Nested
        class Inside {

            @Test
            void addsItToo(UltraMsgServer server) {
                add(server);
            }
        }
    }

    @ExtendWith(UltraMsgExtension.class)
    static class AddsItToo {

        @Test
        void addsIt(UltraMsgServer server) {
            add(server);
        }
    }

    static class ExtendsAMethod {

        @Test
        @ExtendWith(UltraMsgExtension.class)
        void addsIt(UltraMsgServer server) {
            add(server);
        }
    }

    private static void add(UltraMsgServer server) {
        server.addInstance("instance1150", "t0ken");
        SEEN.add(server);
    }
}
