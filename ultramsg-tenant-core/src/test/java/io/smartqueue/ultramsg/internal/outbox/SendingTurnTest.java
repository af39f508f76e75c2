package io.smartqueue.ultramsg.internal.outbox;

import com.github.benmanes.caffeine.cache.Ticker;
import io.smartqueue.ultramsg.api.HttpSettings;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.conversation.ConversationRule;
import io.smartqueue.ultramsg.conversation.Conversations;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.failover.NumberPolicy;
import io.smartqueue.ultramsg.fixtures.Counters;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.MovableClock;
import io.smartqueue.ultramsg.fixtures.RecordedRequest;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.internal.config.CacheLimits;
import io.smartqueue.ultramsg.internal.config.ConfigCache;
import io.smartqueue.ultramsg.internal.delivery.ConversationCheck;
import io.smartqueue.ultramsg.internal.delivery.Delivery;
import io.smartqueue.ultramsg.internal.delivery.DeliveryLimits;
import io.smartqueue.ultramsg.internal.delivery.MessageLogging;
import io.smartqueue.ultramsg.internal.event.Listeners;
import io.smartqueue.ultramsg.internal.usage.UsageCounter;
import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.MessageKind;
import io.smartqueue.ultramsg.message.MessageLog.NewEntry;
import io.smartqueue.ultramsg.message.MessageLog.UnsettledMessage;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigValidator;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.outbox.Claimed;
import io.smartqueue.ultramsg.outbox.Claimed.Next;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.LaneMemory;
import io.smartqueue.ultramsg.outbox.NextTurn;
import io.smartqueue.ultramsg.outbox.NextTurn.Reason;
import io.smartqueue.ultramsg.outbox.Pace;
import io.smartqueue.ultramsg.outbox.Payload;
import io.smartqueue.ultramsg.outbox.Urgency;
import io.smartqueue.ultramsg.outbox.Work;
import io.smartqueue.ultramsg.outbox.WorkOutcome;
import io.smartqueue.ultramsg.outbox.WorkOutcome.InDoubt;
import io.smartqueue.ultramsg.outbox.WorkOutcome.Returned;
import io.smartqueue.ultramsg.outbox.WorkOutcome.Settled;
import io.smartqueue.ultramsg.usage.UsageCounts;
import io.smartqueue.ultramsg.usage.UsageMeasure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import static io.smartqueue.ultramsg.fixtures.Samples.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(60)
class SendingTurnTest {
    private static final InstanceId OWN = InstanceId.parse("1150");
    private static final String NOTHING = "{\"messages\":[]}";
    private static final String INVALID = "{\"error\":[{\"to\":\"is not valid\"}]}";
    private static final Duration PACE = Duration.ofSeconds(2);
    private static final Duration SOON = Duration.ofSeconds(1);

    private final ScriptedServer server = new ScriptedServer();
    private final InMemoryStore store = new InMemoryStore();
    private final MovableClock ticks = new MovableClock(Instant.EPOCH);
    private final UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal());
    private final ConfigCache configs = new ConfigCache(
            store.organizations(),
            store.standbys(),
            ConfigValidator.of(AllowedHosts.anyIncludingLocal()),
            new CacheLimits(10, Duration.ofMinutes(1)),
            Ticker.systemTicker());
    private final UsageCounter usage = Counters.of(store, configs);
    private final Delivery delivery = delivery(ConversationRule.IGNORED);

    private Delivery delivery(ConversationRule rule) {
        return new Delivery(
                configs,
                store.quotas(),
                store.messages(),
                store.standbys(),
                NumberPolicy.KEEP_NUMBER,
                new ConversationCheck(new Conversations(store.conversations(), Clock.systemUTC()), rule),
                new MessageLogging(MessageLogging.Messages.WITH_KEY, MessageLogging.Texts.DROPPED),
                http,
                Clock.systemUTC(),
                new DeliveryLimits(Duration.ofSeconds(15), Duration.ofMillis(100), 288),
                duration -> {},
                new Listeners(List.of()),
                usage);
    }

    @BeforeEach
    void configure() {
        store.organizations().put(ACME, Samples.draft(server.url()));
        server.on("/chat", Replies.json(200, Samples.SENT));
    }

    @AfterEach
    void close() {
        usage.close();
        configs.close();
        http.close();
        server.close();
    }

    private SendingTurn turn(Pace pace) {
        return turn(delivery, pace);
    }

    private SendingTurn turn(Delivery delivery, Pace pace) {
        return new SendingTurn(
                store.outbox(),
                configs,
                delivery.queued(),
                new ProviderQueue(http, 9),
                pace,
                Clock.systemUTC(),
                ticks,
                usage);
    }

    private Optional<NextTurn> run(LaneMemory memory) {
        return turn(new Pace(3, PACE)).run(ACME, memory, () -> false);
    }

    private Optional<NextTurn> run() {
        return run(LaneMemory.NONE);
    }

    private static Work work(String name) {
        return new Work(Reference.of(name), 1, Urgency.URGENT, Payload.of(Samples.message()), null, null);
    }

    private static Work doubtful(String name, int claim) {
        return new Work(Reference.of(name), claim, Urgency.URGENT, Payload.of(Samples.message()), OWN, null);
    }

    private static Claimed claimed(Work... work) {
        return new Claimed(List.of(work), new Next.More());
    }

    private List<RecordedRequest> posts() {
        return server.requests().stream()
                .filter(request -> request.path().endsWith("/chat"))
                .toList();
    }

    @Test
    void sendsWhatItClaimsUnderItsReferenceAndUrgencyOneAfterTheOther() {
        store.outbox().next(claimed(work("a"), work("b")));

        assertThat(run()).contains(new NextTurn(PACE, Reason.PACE, new LaneMemory(2, 0)));
        assertThat(store.outbox().asked()).containsExactly(3);
        assertThat(posts()).extracting(post -> post.form().get("referenceId")).containsExactly("a", "b");
        assertThat(posts()).extracting(post -> post.form().get("priority")).containsOnly("0");
        assertThat(store.outbox().settled()).hasSize(2).allSatisfy(outcome -> {
            assertThat(((Settled) outcome).result()).isInstanceOf(Accepted.class);
            assertThat(outcome.attempts()).isEqualTo(1);
        });
    }

    @Test
    void countsEachMessageOnceAtItsOutcome() {
        server.on("/chat", connection -> {
            ticks.advance(SOON);
            Replies.json(200, Samples.SENT).play(connection);
        });
        store.outbox().next(claimed(work("a"), work("b")));
        run();

        assertThat(counted().count(UsageMeasure.ACCEPTED)).isEqualTo(2);
        assertThat(counted().kinds()).containsEntry(MessageKind.TEXT, 2L);
        assertThat(counted().latencies().count()).isEqualTo(2);
        assertThat(counted().latencies().percentile(100)).isBetween(SOON, SOON.plusMillis(10));
    }

    @Test
    void countsNothingOfWhatComesToNoOutcomeYet() {
        server.on("/chat", Replies.json(200, Samples.WRONG_TOKEN));
        server.on("/messages", Replies.json(200, NOTHING));
        store.outbox().next(claimed(work("goes-back"), work("goes-back-as-well")));
        run();
        server.on("/chat", Replies.lostReply());
        store.outbox().next(claimed(work("in-doubt")));
        run();

        assertThat(counted()).isEqualTo(UsageCounts.NONE);
    }

    @Test
    void countsWhatIsFoundAndWhatIsGivenUpInTheEnd() {
        server.on("/messages", Replies.json(200, "{\"messages\":[{\"id\":7,\"referenceId\":\"there\"}]}"));
        store.outbox().next(claimed(doubtful("there", 2)));
        run();
        server.on("/messages", Replies.json(500, "{}"));
        store.outbox().next(claimed(doubtful("gone", 30)));
        run();

        assertThat(counted().count(UsageMeasure.ACCEPTED)).isEqualTo(1);
        assertThat(counted().count(UsageMeasure.UNKNOWN)).isEqualTo(1);
        assertThat(counted().latencies().count()).as("nothing was sent now").isZero();
    }

    @Test
    void countsNothingThatCouldNotBeWrittenDown() {
        store.outbox().failToSettle();
        store.outbox().next(claimed(work("a")));

        assertThatExceptionOfType(StorageException.class).isThrownBy(this::run);

        assertThat(counted()).isEqualTo(UsageCounts.NONE);
    }

    private UsageCounts counted() {
        return usage.today(ACME).orElseThrow().counts();
    }

    @Test
    void countsThePaceFromTheBeginningOfTheTurn() {
        server.on("/chat", connection -> {
            ticks.advance(SOON);
            Replies.json(200, Samples.SENT).play(connection);
        });
        store.outbox().next(claimed(work("a")));

        assertThat(run()).map(NextTurn::after).contains(PACE.minus(SOON));
    }

    @Test
    void keepsThePaceAfterTheLastMessageAndEndsOnceThereIsNothing() {
        store.outbox().next(new Claimed(List.of(work("last")), new Next.Nothing()));

        assertThat(run()).contains(new NextTurn(PACE, Reason.PACE, new LaneMemory(1, 0)));
        assertThat(run(new LaneMemory(1, 0))).isEmpty();
    }

    @Test
    void settlesWhatIsRefusedForItsOwnSakeAndGoesOn() {
        server.on("/chat", Replies.json(200, INVALID));
        store.outbox().next(claimed(work("a"), work("b")));

        assertThat(run()).contains(new NextTurn(PACE, Reason.PACE, LaneMemory.NONE));
        assertThat(store.outbox().settled())
                .extracting(outcome -> ((Rejected) ((Settled) outcome).result()).reason())
                .containsExactly(RejectionReason.INVALID_RECIPIENT, RejectionReason.INVALID_RECIPIENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {Samples.WRONG_TOKEN, Samples.INSTANCE_NOT_FOUND, Samples.STOPPED})
    void bringsEverythingBackWhenTheInstanceCannotServe(String reply) {
        server.on("/chat", Replies.json(200, reply));
        store.outbox().next(claimed(work("a"), work("b"), work("c")), claimed(work("a")), claimed(work("a")));

        assertThat(run()).contains(new NextTurn(Duration.ofSeconds(5), Reason.CHANGE, new LaneMemory(0, 1)));
        assertThat(posts()).hasSize(1);
        assertThat(store.outbox().settled()).hasSize(3).allMatch(Returned.class::isInstance);
        assertThat(run(new LaneMemory(0, 1)))
                .contains(new NextTurn(Duration.ofSeconds(10), Reason.CHANGE, new LaneMemory(0, 2)));
        assertThat(run(new LaneMemory(0, 50))).map(NextTurn::after).contains(Duration.ofMinutes(5));
    }

    @Test
    void leavesAnInstanceAloneThatIsInTroubleInTheMiddleOfATurn() {
        store.outbox().next(claimed(work("a"), work("b"), work("c")));
        AtomicInteger calls = new AtomicInteger();
        server.on(
                "/chat",
                connection -> Replies.json(200, calls.incrementAndGet() == 1 ? Samples.SENT : Samples.WRONG_TOKEN)
                        .play(connection));

        assertThat(run(new LaneMemory(0, 4)))
                .contains(new NextTurn(Duration.ofSeconds(5), Reason.CHANGE, new LaneMemory(1, 1)));
        assertThat(posts()).hasSize(2);
        assertThat(store.outbox().settled().get(0)).isInstanceOf(Settled.class);
        assertThat(store.outbox().settled().subList(1, 3)).allMatch(Returned.class::isInstance);
    }

    @Test
    void waitsAsLongAsAnInstanceAsksFor() {
        server.on("/chat", Replies.json(429, "{}", "Retry-After: 120"));
        store.outbox().next(claimed(work("a")));

        assertThat(run())
                .hasValueSatisfying(
                        next -> assertThat(next.after()).isBetween(Duration.ofSeconds(100), Duration.ofSeconds(120)));
    }

    @Test
    void failsWhenWhatBecameOfMessagesCannotBeWrittenDownSoThatTheNextTurnLooksForThem() {
        store.outbox().next(claimed(work("a"))).failToSettle();

        assertThatExceptionOfType(StorageException.class).isThrownBy(this::run);
    }

    @Test
    void sendsNothingMoreOnceItsNodeEndsOrItsTimeIsOver() {
        store.outbox().next(claimed(work("a"), work("b")), claimed(work("a"), work("b")), claimed(doubtful("c", 1)));
        server.on("/chat", connection -> {
            ticks.advance(Duration.ofSeconds(13));
            Replies.json(200, Samples.SENT).play(connection);
        });

        assertThat(turn(new Pace(3, PACE)).run(ACME, LaneMemory.NONE, () -> true))
                .contains(new NextTurn(Duration.ZERO, Reason.PACE, LaneMemory.NONE));
        assertThat(posts()).isEmpty();
        assertThat(store.outbox().settled()).hasSize(2).allMatch(Returned.class::isInstance);

        assertThat(run()).map(NextTurn::after).contains(Duration.ZERO);
        assertThat(posts()).hasSize(1);
        assertThat(store.outbox().settled().get(3)).isInstanceOf(Returned.class);

        turn(new Pace(3, PACE)).run(ACME, LaneMemory.NONE, () -> true);
        assertThat(store.outbox().settled()).hasSize(4); // what may have been sent stays as it is
    }

    @Test
    void settlesWhatItCannotReadAndGoesOn() {
        Work newer = new Work(Reference.of("newer"), 1, Urgency.BULK, new Payload("{\"kind\":\"poll\"}"), null, null);
        store.outbox().next(claimed(newer, work("b")));

        run();

        assertThat(store.outbox().settled())
                .extracting(outcome -> ((Settled) outcome).result().isAccepted())
                .containsExactly(false, true);
    }

    @Nested
    class InDoubtMessages {
        @Test
        void areLookedForLaterWhenAReplyIsLost() {
            server.on("/chat", Replies.lostReply()).on("/messages", Replies.json(200, NOTHING));
            store.outbox().next(claimed(work("a"), work("b")));

            assertThat(run()).contains(new NextTurn(PACE, Reason.PACE, new LaneMemory(2, 0)));
            assertThat(store.outbox().settled())
                    .extracting(outcome -> ((InDoubt) outcome).lookAgainAfter())
                    .containsOnly(Duration.ofSeconds(30));
            assertThat(posts()).hasSize(2); // each once
        }

        @Test
        void areSettledWithoutBeingSentWhenTheyAreListed() {
            server.on("/messages", Replies.json(200, "{\"messages\":[{\"id\":7,\"referenceId\":\"a\"}]}"));
            store.outbox().next(claimed(doubtful("a", 2)));

            assertThat(run()).contains(new NextTurn(Duration.ZERO, Reason.PACE, new LaneMemory(1, 0)));
            assertThat(posts()).isEmpty();
            Accepted accepted = (Accepted) ((Settled) store.outbox().settled().get(0)).result();
            assertThat(accepted.queueId().value()).isEqualTo("7");
        }

        @Test
        void areSentAgainWhenTheyAreNotListedWhichIsNotedBefore() {
            claimInLog("a");
            server.on("/messages", Replies.json(200, NOTHING));
            store.outbox().next(claimed(doubtful("a", 2)));

            assertThat(run()).contains(new NextTurn(PACE, Reason.PACE, new LaneMemory(1, 0)));
            assertThat(posts())
                    .extracting(post -> post.form().get("referenceId"))
                    .containsExactly("a");
            assertThat(store.outbox().settled().get(0)).isInstanceOf(Settled.class);
            store.messages().settle(ACME, ((Settled) store.outbox().settled().get(0)).result(), 1);
            store.messages().advance(Duration.ofHours(1));
            assertThat(store.messages().takeUnsettled(5, SOON))
                    .extracting(UnsettledMessage::reference)
                    .containsExactly(Reference.of("a")); // in case it is there twice
        }

        @Test
        void areNotSentAgainWhenThatCannotBeNoted() {
            server.on("/messages", Replies.json(200, NOTHING));
            store.outbox().next(claimed(doubtful("a", 2)));
            store.messages().fail();

            run();

            assertThat(posts()).isEmpty();
            assertThat(store.outbox().settled().get(0)).isInstanceOf(InDoubt.class);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3, 7, 29})
        void stayInDoubtEverLongerWhileTheirInstanceDoesNotTell(int claim) {
            server.on("/messages", Replies.json(500, "{}"));
            store.outbox().next(claimed(doubtful("a", claim)));

            run();

            Duration expected = Duration.ofSeconds(Math.min(3_600, 30L << Math.min(claim - 1, 20)));
            assertThat(((InDoubt) store.outbox().settled().get(0)).lookAgainAfter())
                    .isEqualTo(expected);
            assertThat(posts()).isEmpty();
        }

        @Test
        void stayInDoubtWhateverTheSecondRequestIsRefusedFor() {
            claimInLog("a");
            server.on("/messages", Replies.json(200, NOTHING)).on("/chat", Replies.json(200, INVALID));
            store.outbox().next(claimed(doubtful("a", 2)));

            run();

            assertThat(store.outbox().settled().get(0)).isInstanceOf(InDoubt.class);
        }

        @Test
        void areGivenUpAfterADay() {
            server.on("/messages", Replies.json(500, "{}"));
            store.outbox().next(claimed(doubtful("a", 30)));

            run();

            assertThat(settledAs(Unknown.class).cause()).contains("reply was lost");
            assertThat(posts()).isEmpty();
        }

        @Test
        void areLookedForButNotSentAgainOnceTheyHaveExpired() {
            claimInLog("a");
            Instant past = Clock.systemUTC().instant().minusSeconds(1);
            Work expired = new Work(Reference.of("a"), 2, Urgency.BULK, Payload.of(Samples.message()), OWN, past);
            server.on("/messages", Replies.json(200, NOTHING));
            store.outbox().next(claimed(expired), claimed(expired));

            run();
            assertThat(store.outbox().settled().get(0)).isInstanceOf(InDoubt.class);

            server.on("/messages", Replies.json(200, "{\"messages\":[{\"id\":7,\"referenceId\":\"a\"}]}"));
            run();
            assertThat(settledAs(Accepted.class).queueId().value()).isEqualTo("7");
            assertThat(posts()).isEmpty();
        }

        @Test
        void stayInDoubtForADayWhenTheirInstanceIsNoLongerTheOrganizations() {
            store.outbox().next(claimed(elsewhere(1)), claimed(elsewhere(30)));

            run();
            assertThat(store.outbox().settled().get(0)).isInstanceOf(InDoubt.class);

            run();
            assertThat(settledAs(Unknown.class).cause()).contains("no longer has the instance");
            assertThat(server.requests()).isEmpty();
        }

        private Work elsewhere(int claim) {
            InstanceId through = InstanceId.parse("999");
            return new Work(Reference.of("a"), claim, Urgency.BULK, Payload.of(Samples.message()), through, null);
        }

        private <R extends SendResult> R settledAs(Class<R> kind) {
            List<WorkOutcome> all = store.outbox().settled();
            return kind.cast(((Settled) all.get(all.size() - 1)).result());
        }

        private void claimInLog(String name) {
            store.messages()
                    .claim(
                            ACME,
                            new NewEntry(
                                    null,
                                    ContentHash.of(Samples.message()),
                                    Samples.message().to(),
                                    Reference.of(name),
                                    OWN,
                                    null),
                            Duration.ofMinutes(1));
        }
    }

    @Nested
    class TheInstancesOwnQueue {
        @Test
        void isGivenNoMoreThanItHasRoomFor() {
            store.outbox().next(claimed(work("a")));

            run(new LaneMemory(8, 0));

            assertThat(store.outbox().asked()).containsExactly(1);
            assertThat(posts()).hasSize(1);
        }

        @Test
        void isAskedOnceItMayBeFullAndGivenWhatItHasRoomForAgain() {
            server.on("/statistics", Replies.json(200, "{\"messages_statistics\":{\"sent\":40,\"queue\":2}}"));
            store.outbox().next(claimed(work("a")));

            assertThat(run(new LaneMemory(9, 0))).map(NextTurn::memory).contains(new LaneMemory(3, 0));
        }

        @ParameterizedTest
        @ValueSource(ints = {9, 12, 500})
        void isLeftAloneWhileItIsFull(int queued) {
            server.on("/statistics", Replies.json(200, "{\"messages_statistics\":{\"queue\":" + queued + "}}"));

            assertThat(run(new LaneMemory(9, 2)))
                    .contains(new NextTurn(
                            Duration.ofSeconds(Math.min(15, queued - 8)), Reason.PACE, new LaneMemory(queued, 2)));
            assertThat(store.outbox().asked()).isEmpty();
        }

        @Test
        void isAskedEachTimeWhereOthersGiveItMessagesToo() {
            ConfigDraft borrower = ConfigDraft.builder().build();
            store.organizations().put(ACME, borrower.throughInstanceOf(Samples.draft(server.url())));
            server.on("/statistics", Replies.json(200, "{\"messages_statistics\":{\"queue\":10}}"));

            assertThat(run(LaneMemory.NONE))
                    .contains(new NextTurn(Duration.ofSeconds(2), Reason.PACE, new LaneMemory(10, 0)));
            assertThat(store.outbox().asked()).isEmpty();
        }

        @Test
        void isTakenForEmptyWhereTheInstanceDoesNotTell() {
            server.on("/statistics", Replies.json(500, "{}"));
            store.outbox().next(claimed(work("a")));

            assertThat(run(new LaneMemory(9, 0))).map(NextTurn::memory).contains(new LaneMemory(1, 0));
        }
    }

    @Nested
    class ALaneThatCannotSend {
        @Test
        void waitsForAChangeWhileItsOrganizationIsNotActiveButLetsMessagesExpire() {
            store.organizations()
                    .put(
                            ACME,
                            Samples.draft(server.url()).toBuilder()
                                    .status(InstanceStatus.SUSPENDED)
                                    .build());
            store.outbox().next(new Claimed(List.of(), new Next.More()));

            assertThat(run()).contains(new NextTurn(Duration.ofMinutes(15), Reason.CHANGE, LaneMemory.NONE));
            assertThat(store.outbox().asked()).containsExactly(0);
            assertThat(run()).isEmpty(); // nothing is left
        }

        @Test
        void waitsForAChangeWhileItsConfigurationCannotBeUsed() {
            store.organizations()
                    .put(ACME, Samples.draft(server.url()).toBuilder().token("").build());

            assertThat(run()).map(NextTurn::reason).contains(Reason.CHANGE);
            assertThat(store.outbox().asked()).isEmpty();
        }

        @Test
        void endsOnceItIsCertainThatItsOrganizationIsNoMore() {
            store.organizations().remove(ACME);

            assertThat(run()).contains(new NextTurn(Duration.ofSeconds(5), Reason.CHANGE, new LaneMemory(0, 1)));
            assertThat(run(new LaneMemory(0, 3))).isEmpty();
        }

        @Test
        void waitsUntilTheNextMessageIsDueAndIsWokenByNewOnes() {
            store.outbox().next(new Claimed(List.of(), new Next.Later(Duration.ofDays(3))));

            assertThat(run()).contains(new NextTurn(Duration.ofDays(3), Reason.WORK, LaneMemory.NONE));
        }

        @Test
        void waitsForTheNextDayOrAHigherLimitAndLooksNowAndThen() {
            store.outbox()
                    .next(
                            new Claimed(List.of(), new Next.DayIsFull(Duration.ofHours(5))),
                            new Claimed(List.of(), new Next.DayIsFull(SOON)));

            assertThat(run()).contains(new NextTurn(Duration.ofMinutes(15), Reason.CHANGE, LaneMemory.NONE));
            assertThat(run()).contains(new NextTurn(SOON, Reason.CHANGE, LaneMemory.NONE));
        }

        @Test
        void waitsWhileItIsPaused() {
            store.outbox().next(new Claimed(List.of(), new Next.Paused()));

            assertThat(run()).map(NextTurn::reason).contains(Reason.CHANGE);
        }
    }

    @Test
    void asksForNoMoreThanItsPaceAllows() {
        store.outbox()
                .next(new Claimed(
                        IntStream.range(0, 1).mapToObj(i -> work("m" + i)).toList(), new Next.More()));

        turn(Pace.oneEvery(PACE)).run(ACME, LaneMemory.NONE, () -> false);

        assertThat(store.outbox().asked()).containsExactly(1);
    }

    /** One message at a time, however many the outbox is set to for the others. */
    @Test
    void goesByTheOrganizationsOwnPace() {
        store.organizations()
                .put(
                        ACME,
                        Samples.draft(server.url()).toBuilder()
                                .pace(Duration.ofSeconds(40))
                                .build());
        store.outbox().next(claimed(work("a")));

        assertThat(run()).contains(new NextTurn(Duration.ofSeconds(40), Reason.PACE, new LaneMemory(1, 0)));

        assertThat(store.outbox().asked()).containsExactly(1);
    }

    @Nested
    class MessagesThatMustBeAnswers {
        private final Delivery careful = delivery(ConversationRule.REQUIRED);

        private Optional<NextTurn> runCarefully() {
            return turn(careful, new Pace(3, PACE)).run(ACME, LaneMemory.NONE, () -> false);
        }

        private Work starting(String name) {
            Payload payload = Payload.of(
                    Samples.message(),
                    EnqueueOptions.builder().startConversation().build());
            return new Work(Reference.of(name), 1, Urgency.BULK, payload, null, null);
        }

        private void theCustomerWrites() {
            store.conversations().noteInbound(ACME, Recipient.parse(Samples.NUMBER), Instant.now());
        }

        @Test
        void areSettledUnsentOnceTheConversationIsOverWhileTheOthersGoOn() {
            store.outbox().next(claimed(work("a"), starting("b"), work("c")));

            assertThat(runCarefully()).contains(new NextTurn(PACE, Reason.PACE, new LaneMemory(1, 0)));
            assertThat(posts())
                    .extracting(post -> post.form().get("referenceId"))
                    .containsExactly("b");
            assertThat(store.outbox().settled())
                    .extracting(outcome -> ((Settled) outcome).result())
                    .extracting(result -> result instanceof Rejected rejected ? rejected.reason() : null)
                    .containsExactly(RejectionReason.CONVERSATION_CLOSED, null, RejectionReason.CONVERSATION_CLOSED);
            assertThat(store.outbox().settled().get(0).attempts()).isZero();
        }

        @Test
        void areSentWhenTheCustomerHasWrittenByTheTimeOfTheirTurn() {
            theCustomerWrites();
            store.outbox().next(claimed(work("a")));

            runCarefully();

            assertThat(((Settled) store.outbox().settled().get(0)).result().isAccepted())
                    .isTrue();
        }

        @Test
        void waitWhileTheStoreCannotTell() {
            store.conversations().fail();
            store.outbox().next(claimed(work("a"), work("b")));

            assertThat(runCarefully())
                    .contains(new NextTurn(Duration.ofSeconds(5), Reason.CHANGE, new LaneMemory(0, 1)));
            assertThat(posts()).isEmpty();
            assertThat(store.outbox().settled()).hasSize(2).allMatch(Returned.class::isInstance);
        }

        @Test
        void areNotSentAgainOnceTheConversationIsOverAndStayInDoubt() {
            server.on("/messages", Replies.json(200, NOTHING));
            store.outbox().next(claimed(doubtful("a", 1)));

            runCarefully();

            assertThat(posts()).isEmpty();
            assertThat(store.outbox().settled().get(0)).isInstanceOf(InDoubt.class);
        }

        @Test
        void areFoundWhenTheyWereSentHoweverTheConversationIs() {
            server.on("/messages", Replies.json(200, "{\"messages\":[{\"id\":7,\"referenceId\":\"a\"}]}"));
            store.outbox().next(claimed(doubtful("a", 1)));

            runCarefully();

            assertThat(((Settled) store.outbox().settled().get(0)).result().isAccepted())
                    .isTrue();
        }
    }
}
