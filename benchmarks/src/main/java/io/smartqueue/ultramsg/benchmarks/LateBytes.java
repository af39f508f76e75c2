package io.smartqueue.ultramsg.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/** What the stub has yet to write, and when. Not thread-safe. */
final class LateBytes {
    private final Queue<Portion> portions = new PriorityQueue<>(Comparator.comparingLong(Portion::atNanos));

    /** Writes so many bytes after a while, and as many again after the same while. */
    void write(SocketChannel channel, ByteBuffer bytes, int atATime, long everyMillis) {
        long pause = TimeUnit.MILLISECONDS.toNanos(everyMillis);
        portions.add(new Portion(System.nanoTime() + pause, channel, bytes, atATime, pause));
    }

    /** Writes what is due; returns in how many milliseconds the next is, 0 for never. */
    long writeDue() {
        for (Portion next = portions.peek(); next != null; next = portions.peek()) {
            long wait = next.atNanos - System.nanoTime();
            if (wait > 0) {
                return 1 + TimeUnit.NANOSECONDS.toMillis(wait);
            }
            portions.remove();
            next.write();
            if (next.channel.isOpen() && next.bytes.hasRemaining()) {
                portions.add(next.later());
            }
        }
        return 0;
    }

    private record Portion(long atNanos, SocketChannel channel, ByteBuffer bytes, int atATime, long pauseNanos) {
        void write() {
            ByteBuffer part = bytes.slice();
            part.limit(Math.min(atATime, part.remaining()));
            try {
                bytes.position(bytes.position() + channel.write(part));
            } catch (IOException clientIsGone) {
                bytes.position(bytes.limit());
            }
        }

        Portion later() {
            return new Portion(atNanos + pauseNanos, channel, bytes, atATime, pauseNanos);
        }
    }
}
