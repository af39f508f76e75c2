package io.smartqueue.ultramsg.admin;

import io.smartqueue.ultramsg.organization.AuditEntry;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Entries read page by page, each page when the stream comes to it. */
final class HistoryPages implements Iterator<AuditEntry> {
    private final int size;
    private final Source source;
    private final Deque<AuditEntry> page = new ArrayDeque<>();
    private long before;
    private boolean isLast;

    private HistoryPages(int size, long before, Source source) {
        this.size = size;
        this.before = before;
        this.source = source;
    }

    /** Where the pages come from. */
    @FunctionalInterface
    interface Source {
        List<AuditEntry> next(long beforeNumber, int most);
    }

    static Stream<AuditEntry> stream(int size, long before, Source source) {
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(
                        new HistoryPages(size, before, source), Spliterator.ORDERED | Spliterator.NONNULL),
                false);
    }

    @Override
    public boolean hasNext() {
        if (page.isEmpty() && !isLast) {
            page.addAll(source.next(before, size));
            isLast = page.size() < size;
        }
        return !page.isEmpty();
    }

    @Override
    public AuditEntry next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        AuditEntry entry = page.remove();
        before = entry.number();
        return entry;
    }
}
