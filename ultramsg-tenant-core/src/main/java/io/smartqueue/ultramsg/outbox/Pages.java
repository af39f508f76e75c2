package io.smartqueue.ultramsg.outbox;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Items read page by page, each page when the stream comes to it. */
final class Pages implements Iterator<OutboxItem> {
    private final int size;
    private final Source source;
    private final Deque<OutboxItem> page = new ArrayDeque<>();
    private long position;
    private boolean isLast;

    private Pages(int size, Source source) {
        this.size = size;
        this.source = source;
    }

    /** Where the pages come from. */
    @FunctionalInterface
    interface Source {
        List<OutboxItem> next(long afterPosition, int most);
    }

    static Stream<OutboxItem> stream(int size, Source source) {
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(new Pages(size, source), Spliterator.ORDERED | Spliterator.NONNULL),
                false);
    }

    @Override
    public boolean hasNext() {
        if (page.isEmpty() && !isLast) {
            page.addAll(source.next(position, size));
            isLast = page.size() < size;
        }
        return !page.isEmpty();
    }

    @Override
    public OutboxItem next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        OutboxItem item = page.remove();
        position = item.position();
        return item;
    }
}
