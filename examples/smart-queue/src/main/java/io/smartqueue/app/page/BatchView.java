package io.smartqueue.app.page;

import io.smartqueue.app.notification.Campaign;
import io.smartqueue.ultramsg.outbox.BatchCounts;
import io.smartqueue.ultramsg.outbox.BatchProgress;
import io.smartqueue.ultramsg.outbox.BatchState;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;

/**
 * How far a batch is: the part of its page that changes by itself.
 *
 * @param path of this batch
 * @param end when it is expected to end, or why that is not known
 * @param why what keeps its rejected messages from being sent, once it is known
 * @param told the quarter that screen readers heard of last
 */
record BatchView(
        String path,
        String csrf,
        BatchCounts counts,
        BatchState state,
        int percent,
        boolean isDone,
        String end,
        List<String> why,
        int told) {
    static @Nullable BatchView of(Campaign campaign, String path, String csrf, LocalTimes times, int told) {
        BatchProgress progress = campaign.progress();
        return progress == null
                ? null
                : new BatchView(
                        path,
                        csrf,
                        progress.counts(),
                        progress.state(),
                        (int) Math.floor(progress.fraction() * 100),
                        progress.isDone(),
                        end(progress, times),
                        List.of(),
                        told);
    }

    private static String end(BatchProgress progress, LocalTimes times) {
        if (progress.isDone()) {
            return progress.state() == BatchState.CANCELLED ? "It was cancelled." : "It is done.";
        } else if (progress.state() == BatchState.PAUSED) {
            return "It is paused.";
        }
        return progress.estimatedEnd() == null
                ? "It waits: nothing can be sent at present."
                : "It should be done by " + times.dateTime(progress.estimatedEnd()) + ".";
    }

    BatchView with(List<String> reasons) {
        return new BatchView(path, csrf, counts, state, percent, isDone, end, reasons, told);
    }

    /** As a whole page shows it, which screen readers read anyway. */
    BatchView unspoken() {
        return new BatchView(path, csrf, counts, state, percent, isDone, end, why, quarter());
    }

    /** One word for lists. */
    static String word(@Nullable BatchProgress progress) {
        if (progress == null) {
            return "long ago";
        } else if (progress.isDone()) {
            return progress.state() == BatchState.CANCELLED ? "cancelled" : "done";
        }
        return progress.state() == BatchState.OPEN
                ? "sending"
                : progress.state().name().toLowerCase(Locale.ROOT);
    }

    /** What screen readers hear, four times in all and not each second. */
    int quarter() {
        return percent / 25;
    }

    boolean isNews() {
        return quarter() != told;
    }

    boolean isPaused() {
        return state == BatchState.PAUSED;
    }

    /** Changes whenever what is shown does. */
    String version() {
        return Integer.toHexString((counts + state.name() + end).hashCode());
    }

    /** While messages leave, often; afterwards, as customers read them. */
    String refresh() {
        return isDone ? "every 5s" : "every 1s";
    }
}
