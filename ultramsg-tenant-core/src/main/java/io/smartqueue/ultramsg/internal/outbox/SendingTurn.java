package io.smartqueue.ultramsg.internal.outbox;

import io.smartqueue.ultramsg.internal.config.ConfigCache;
import io.smartqueue.ultramsg.internal.config.KnownConfig;
import io.smartqueue.ultramsg.internal.config.KnownConfig.Usable;
import io.smartqueue.ultramsg.internal.delivery.HandedOver;
import io.smartqueue.ultramsg.internal.delivery.QueuedMessages;
import io.smartqueue.ultramsg.internal.delivery.QueuedMessages.Queued;
import io.smartqueue.ultramsg.internal.time.GrowingPause;
import io.smartqueue.ultramsg.internal.usage.UsageCounter;
import io.smartqueue.ultramsg.message.MessageKind;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.Claimed;
import io.smartqueue.ultramsg.outbox.Claimed.Next;
import io.smartqueue.ultramsg.outbox.LaneMemory;
import io.smartqueue.ultramsg.outbox.LaneTurn;
import io.smartqueue.ultramsg.outbox.NextTurn;
import io.smartqueue.ultramsg.outbox.NextTurn.Reason;
import io.smartqueue.ultramsg.outbox.OutboxStore;
import io.smartqueue.ultramsg.outbox.Pace;
import io.smartqueue.ultramsg.outbox.Work;
import io.smartqueue.ultramsg.outbox.WorkOutcome;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * One turn of a lane: claims a few messages, sends them one after the other, writes down what became of them, and says when the next
 * turn is. See ADR 19. Thread-safe; keeps nothing between turns but what the lane remembers.
 */
public final class SendingTurn implements LaneTurn {
    /**
     * A turn ends before its node can be taken for dead, which is after 20 seconds without a sign of life: a node that was cut off
     * or stopped, and goes on later, finds that its time is over before it sends.
     */
    private static final Duration LONGEST = Duration.ofSeconds(15);

    /** What would have less time than this is not begun. */
    private static final Duration SHORTEST_SEND = Duration.ofSeconds(3);

    /** A net below the notices that wake a lane, which can get lost. */
    private static final Duration LONGEST_WAIT_FOR_CHANGE = Duration.ofMinutes(15);

    private static final Duration UNTIL_ASKED_AGAIN = Duration.ofSeconds(5);
    private static final int TIMES_ASKED = 3;

    private static final GrowingPause UNTIL_NEXT_LOOK = new GrowingPause(Duration.ofSeconds(30), Duration.ofHours(1));

    /** With these pauses about a day, which is also for how long UltraMsg keeps what it could not send. */
    private static final int MOST_CLAIMS = 30;

    private static final Duration LONGEST_WAIT_FOR_ROOM = Duration.ofSeconds(15);
    private static final Duration UNTIL_ONE_IS_SENT = Duration.ofSeconds(1);

    private final OutboxStore store;
    private final ConfigCache configs;
    private final QueuedMessages messages;
    private final ProviderQueue providerQueue;
    private final Pace defaultPace;
    private final Trouble trouble;
    private final Clock clock;
    private final Clock ticks;
    private final UsageCounter usage;

    /**
     * Makes what all lanes do.
     *
     * @param defaultPace for organizations that have none of their own
     * @param clock what messages expire by, and rejections say when to try again
     * @param ticks how long a turn takes, whatever becomes of the wall clock
     */
    public SendingTurn(
            OutboxStore store,
            ConfigCache configs,
            QueuedMessages messages,
            ProviderQueue providerQueue,
            Pace defaultPace,
            Clock clock,
            Clock ticks,
            UsageCounter usage) {
        this.store = store;
        this.configs = configs;
        this.messages = messages;
        this.providerQueue = providerQueue;
        this.defaultPace = defaultPace;
        this.trouble = new Trouble(clock);
        this.clock = clock;
        this.ticks = ticks;
        this.usage = usage;
    }

    @Override
    public Optional<NextTurn> run(OrganizationId organization, LaneMemory memory, BooleanSupplier isEnding) {
        KnownConfig known = configs.get(organization);
        if (known instanceof Usable usable) {
            return usable.maySend()
                    ? send(organization, usable, memory, isEnding)
                    : waitUntilActive(organization, usable);
        }
        return known instanceof KnownConfig.Missing
                ? askAgain(organization, memory)
                : Optional.of(new NextTurn(LONGEST_WAIT_FOR_CHANGE, Reason.CHANGE, LaneMemory.NONE));
    }

    /** That an organization is missing may be old news. If it is not, its lane is of no use. */
    private Optional<NextTurn> askAgain(OrganizationId organization, LaneMemory memory) {
        configs.forget(organization);
        return memory.failures() >= TIMES_ASKED
                ? Optional.empty()
                : Optional.of(new NextTurn(UNTIL_ASKED_AGAIN, Reason.CHANGE, new LaneMemory(0, memory.failures() + 1)));
    }

    /** What expires meanwhile is settled all the same. */
    private Optional<NextTurn> waitUntilActive(OrganizationId organization, Usable known) {
        Claimed nothing = store.claim(organization, own(known).instance(), 0);
        return nothing.next() instanceof Next.Nothing
                ? Optional.empty()
                : Optional.of(new NextTurn(LONGEST_WAIT_FOR_CHANGE, Reason.CHANGE, LaneMemory.NONE));
    }

    private Optional<NextTurn> send(
            OrganizationId organization, Usable known, LaneMemory memory, BooleanSupplier isEnding) {
        ProviderQueue.Room room = known.config().isThroughAnothersInstance()
                ? providerQueue.roomBesideOthers(own(known)) // whose lanes give it messages, too
                : providerQueue.room(own(known), memory.handedOver());
        if (room.messages() == 0) {
            return Optional.of(
                    new NextTurn(untilRoom(room), Reason.PACE, new LaneMemory(room.queued(), memory.failures())));
        }
        Pace pace = known.config().pace().map(Pace::oneEvery).orElse(defaultPace);
        int most = Math.min(room.messages(), pace.messages());
        Claimed claimed = store.claim(organization, own(known).instance(), most);
        Sending sending = new Sending(organization, known, pace, memory.failures(), room.queued());
        sending.send(claimed.work(), isEnding);
        if (!sending.outcomes.isEmpty()) {
            store.settle(organization, sending.outcomes);
            sending.count(); // not before: what is not written down comes to its outcome in another turn
        }
        return sending.next(claimed);
    }

    private static InstanceCredentials own(Usable known) {
        return known.config().credentials();
    }

    /** UltraMsg sends one a second while few wait there, and one in 15 once they are many. */
    private static Duration untilRoom(ProviderQueue.Room room) {
        return atMost(LONGEST_WAIT_FOR_ROOM, UNTIL_ONE_IS_SENT.multipliedBy(room.excess()));
    }

    /**
     * A message that has come to its outcome.
     *
     * @param millis how long sending it took; negative if it was not sent now
     */
    private record Attempted(@Nullable MessageKind kind, SendResult result, long millis) {}

    /** What one turn comes to. */
    private final class Sending {
        private final OrganizationId organization;
        private final Usable known;
        private final Pace pace;
        private final int failuresBefore;
        private final Instant start = ticks.instant();
        private final List<WorkOutcome> outcomes = new ArrayList<>();
        private final List<Attempted> attempted = new ArrayList<>();
        private int handedOver;
        private boolean anySent;
        private boolean anyAnswered;
        private @Nullable Rejected trouble;

        Sending(OrganizationId organization, Usable known, Pace pace, int failuresBefore, int handedOver) {
            this.organization = organization;
            this.known = known;
            this.pace = pace;
            this.failuresBefore = failuresBefore;
            this.handedOver = handedOver;
        }

        void send(List<Work> works, BooleanSupplier isEnding) {
            for (Work work : works) {
                boolean begin = trouble == null && !isEnding.getAsBoolean() && left().compareTo(SHORTEST_SEND) >= 0;
                if (begin) {
                    outcomes.add(work.sentThrough() == null ? send(work) : resume(work, work.sentThrough()));
                } else if (work.sentThrough() == null) {
                    outcomes.add(new WorkOutcome.Returned(work, 0));
                } // what may have been sent is found again by the next turn, as it was by this one
            }
        }

        private Duration left() {
            return LONGEST.minus(Duration.between(start, ticks.instant()));
        }

        private WorkOutcome send(Work work) {
            Optional<OutboundMessage> message = read(work);
            if (message.isEmpty()) {
                return unreadable(work);
            }
            anySent = true;
            Instant begun = ticks.instant();
            HandedOver sent = messages.send(known, queued(work, message.get()), left());
            return counted(message.get(), outcome(work, sent), begun);
        }

        /** One that is to be looked for, or goes back, is counted when it comes to its outcome. */
        private WorkOutcome counted(OutboundMessage message, WorkOutcome outcome, Instant begun) {
            if (outcome instanceof WorkOutcome.Settled settled) {
                long millis = settled.attempts() > 0
                        ? Duration.between(begun, ticks.instant()).toMillis()
                        : -1;
                attempted.add(new Attempted(MessageKind.of(message), settled.result(), millis));
            }
            return outcome;
        }

        void count() {
            attempted.forEach(each -> usage.attempted(organization, known, each.kind(), each.result(), each.millis()));
        }

        private WorkOutcome outcome(Work work, HandedOver sent) {
            SendResult result = sent.result();
            if (result instanceof Unknown unknown) {
                handedOver++;
                return inDoubt(work, unknown, sent.attempts());
            }
            if (result instanceof Rejected rejected && !Trouble.isOfTheMessage(rejected)) {
                trouble = rejected;
                return new WorkOutcome.Returned(work, sent.attempts());
            }
            anyAnswered = true;
            handedOver += result.isAccepted() ? 1 : 0;
            return new WorkOutcome.Settled(work, result, sent.attempts());
        }

        /** Nobody looks for ever, least of all at an instance that was given up: its batch would never end. */
        private WorkOutcome inDoubt(Work work, Unknown why, int attempts) {
            return work.claim() < MOST_CLAIMS
                    ? new WorkOutcome.InDoubt(work, why, attempts, UNTIL_NEXT_LOOK.after(work.claim() - 1))
                    : new WorkOutcome.Settled(work, why, attempts);
        }

        /** One that an earlier turn may have sent, whose end nobody has written down. */
        private WorkOutcome resume(Work work, InstanceId through) {
            Unknown before =
                    new Unknown(work.reference(), through, "its reply was lost, or the node that was sending it");
            Optional<OutboundMessage> message = read(work);
            if (message.isEmpty()) {
                return inDoubt(work, before, 0);
            }
            Instant begun = ticks.instant();
            Queued queued = queued(work, message.get());
            HandedOver sent = isOfUse(work)
                    ? messages.sendUnlessListed(known, queued, before, left())
                    : messages.lookFor(known, queued, before, left());
            anySent |= sent.attempts() > 0;
            return counted(message.get(), outcome(work, sent), begun);
        }

        private boolean isOfUse(Work work) {
            return work.expiresAt() == null || clock.instant().isBefore(work.expiresAt());
        }

        private Queued queued(Work work, OutboundMessage message) {
            SendOptions.Builder options =
                    SendOptions.builder().priority(work.urgency().providerPriority());
            if (work.payload().mayStartConversation()) {
                options.startConversation();
            }
            return new Queued(organization, work.reference(), message, options.build());
        }

        private Optional<OutboundMessage> read(Work work) {
            try {
                return Optional.of(work.payload().message());
            } catch (IllegalArgumentException e) { // a newer version of this library has stored it
                return Optional.empty();
            }
        }

        private WorkOutcome unreadable(Work work) {
            Rejected rejected = new Rejected(
                    work.reference(),
                    RejectionReason.INVALID_CONTENT,
                    "this version of the library cannot read the stored message; retry it with the one that stored it",
                    null);
            attempted.add(new Attempted(null, rejected, -1));
            return new WorkOutcome.Settled(work, rejected, 0);
        }

        Optional<NextTurn> next(Claimed claimed) {
            if (trouble != null) {
                int failures = anyAnswered ? 0 : failuresBefore;
                return Optional.of(new NextTurn(
                        SendingTurn.this.trouble.pause(trouble, failures),
                        Reason.CHANGE,
                        new LaneMemory(handedOver, failures + 1)));
            }
            LaneMemory memory = new LaneMemory(handedOver, 0);
            if (anySent) { // what has been sent is remembered by the pace, also where nothing is left
                return Optional.of(new NextTurn(
                        pace.interval().minus(Duration.between(start, ticks.instant())), Reason.PACE, memory));
            }
            return after(claimed.next(), memory);
        }

        private Optional<NextTurn> after(Next next, LaneMemory memory) {
            if (next instanceof Next.More) {
                return Optional.of(new NextTurn(Duration.ZERO, Reason.PACE, memory));
            }
            if (next instanceof Next.Later later) {
                return Optional.of(new NextTurn(later.pause(), Reason.WORK, memory));
            }
            if (next instanceof Next.DayIsFull full) {
                return Optional.of(new NextTurn(atMost(LONGEST_WAIT_FOR_CHANGE, full.pause()), Reason.CHANGE, memory));
            }
            return next instanceof Next.Paused
                    ? Optional.of(new NextTurn(LONGEST_WAIT_FOR_CHANGE, Reason.CHANGE, memory))
                    : Optional.empty();
        }
    }

    private static Duration atMost(Duration most, Duration wait) {
        return wait.compareTo(most) < 0 ? wait : most;
    }
}
