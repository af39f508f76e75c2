package io.smartqueue.app.page;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The part of the board that changes by itself.
 *
 * @param path of the board
 * @param done who was here last
 * @param news what came of a button that somebody has just pressed; null if nobody has
 */
record BoardQueues(
        String path,
        String csrf,
        Standing standing,
        List<Queue> queues,
        List<Row> done,
        @Nullable String news) {
    /**
     * One department.
     *
     * @param prefix empty for one that only another program knows of
     * @param others where its customers can be sent
     */
    record Queue(
            String name, String prefix, List<Row> called, List<Row> waiting, int waitingCount, List<String> others) {
        int notShown() {
            return waitingCount - waiting.size();
        }
    }

    /**
     * One customer.
     *
     * @param since when he was called, or came
     * @param age how long ago that was
     * @param told null if he was told nothing
     */
    record Row(
            String id,
            String number,
            String name,
            String state,
            String since,
            String age,
            @Nullable Told told) {
        /** Names are nobody's business elsewhere. */
        @Override
        public String toString() {
            return "Row[" + number + ", " + state + "]";
        }
    }

    /** Changes whenever what is shown does; the same on all nodes, since all of it is text. */
    String version() {
        return Integer.toHexString(standing.hashCode()) + "-" + Integer.toHexString(queues.hashCode()) + "-"
                + Integer.toHexString(done.hashCode());
    }
}
