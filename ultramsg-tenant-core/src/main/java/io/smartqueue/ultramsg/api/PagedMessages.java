package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.message.QueueId;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Reads page after page as far as somebody reads, and leaves out what has moved to a later page meanwhile. */
final class PagedMessages extends Spliterators.AbstractSpliterator<QueuedMessage> {
    private static final int MOST_REMEMBERED = 10_000;
    /** Many messages may have come in meanwhile; but a server that gives one page for ever is not asked for ever. */
    private static final int MOST_WITHOUT_NEWS = 10;

    private final IntFunction<MessagePage> pages;
    private final Queue<QueuedMessage> waiting = new ArrayDeque<>();
    private final Set<QueueId> seen = new LinkedHashSet<>();
    private @Nullable MessagePage last;
    private int withoutNews;

    private PagedMessages(IntFunction<MessagePage> pages) {
        super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
        this.pages = pages;
    }

    static Stream<QueuedMessage> stream(IntFunction<MessagePage> pages) {
        return StreamSupport.stream(new PagedMessages(pages), false);
    }

    @Override
    public boolean tryAdvance(Consumer<? super QueuedMessage> reader) {
        while (waiting.isEmpty() && (last == null || last.mayHaveNext())) {
            MessagePage page = pages.apply(last == null ? 1 : last.number() + 1);
            page.messages().stream().filter(this::isNew).forEach(waiting::add);
            withoutNews = waiting.isEmpty() ? withoutNews + 1 : 0;
            last = withoutNews < MOST_WITHOUT_NEWS ? page : page.asLast();
        }
        QueuedMessage next = waiting.poll();
        if (next == null) {
            return false;
        }
        reader.accept(next);
        return true;
    }

    private boolean isNew(QueuedMessage message) {
        if (!message.id().isAssigned()) {
            return true;
        }
        if (!seen.add(message.id())) {
            return false;
        }
        if (seen.size() > MOST_REMEMBERED) {
            Iterator<QueueId> oldest = seen.iterator();
            oldest.next();
            oldest.remove();
        }
        return true;
    }
}
