package io.smartqueue.ultramsg.testkit.attack;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What came of an {@link RlsAttack}: what leaked, how much was tried, and what could not be. Names tables, functions and kinds of
 * statements, and no value of any row. Immutable.
 */
public final class RlsReport {
    private final String setting;
    private final List<Finding> findings;
    private final Map<Attack, Integer> tried;
    private final List<Untried> blindSpots;
    private final List<Untried> untried;

    RlsReport(
            String setting,
            List<Finding> findings,
            Map<Attack, Integer> tried,
            List<Untried> blindSpots,
            List<Untried> untried) {
        this.setting = setting;
        this.findings = List.copyOf(findings);
        this.tried = Map.copyOf(tried);
        this.blindSpots = List.copyOf(blindSpots);
        this.untried = List.copyOf(untried);
    }

    /** How somebody comes who should not get anything. */
    public enum Attack {
        /** In the tenant role, without ever having named a tenant on this connection. */
        NO_TENANT("with no tenant"),
        /** As another tenant. */
        WRONG_TENANT("as the wrong tenant"),
        /** With the setting empty, as PostgreSQL leaves it after a transaction. */
        EMPTY_SETTING("with an empty setting"),
        /** With text that is no key, or not only one. */
        MALFORMED_SETTING("with a malformed setting"),
        /** As a tenant that is no more. */
        STALE_SETTING("with a stale setting"),
        /** As another tenant, on a connection on which the victim's setting was left for the session. */
        LEFT_BEHIND("with the victim's setting left behind"),
        /** As a member of the attacker's organization who may do little. */
        MEMBER("as a member of few rights"),
        /** By using a pooled connection after others. */
        POOL("on a pooled connection"),
        /** No attack: the host's own statements, before and after. */
        HOST("in the host's own statements"),
        /** No attack: the victim's rows, before and after. */
        AFTERWARDS("after all attacks");

        private final String phrase;

        Attack(String phrase) {
            this.phrase = phrase;
        }

        @Override
        public String toString() {
            return phrase;
        }
    }

    /** What somebody got. */
    public enum Leak {
        /** The content of rows, or that there are some. */
        ROWS_SEEN("rows seen"),
        /** Rows added, changed, taken over or deleted. */
        ROWS_CHANGED("rows changed"),
        /** Whether a certain row exists. */
        EXISTENCE_TOLD("existence told"),
        /** A column of rows that may be seen otherwise. */
        COLUMN_SEEN("column seen"),
        /** A column of rows that may be changed otherwise, or not at all. */
        COLUMN_CHANGED("column changed"),
        /** A role or a setting for whoever uses the connection next. */
        STATE_LEFT_BEHIND("state left behind"),
        /** Nothing: it is the host's own statement that no longer answers as it did. */
        HOST_DISTURBED("host disturbed");

        private final String phrase;

        Leak(String phrase) {
            this.phrase = phrase;
        }

        @Override
        public String toString() {
            return phrase;
        }
    }

    /**
     * One leak.
     *
     * @param attack how somebody came
     * @param target a table, view or function, {@code table.column}, or what else it was about
     * @param shape the kind of statement that did it
     * @param leak what he got
     * @param because what probably lets him, as far as the catalog tells
     */
    public record Finding(Attack attack, String target, String shape, Leak leak, String because) {
        @Override
        public String toString() {
            return target + ": " + leak + " " + attack + ", by " + shape + " (" + because + ")";
        }
    }

    /**
     * Something that was not tried, or whose trial proves nothing.
     *
     * @param target a table, view or function, or what else it is about
     * @param why the reason
     */
    public record Untried(String target, String why) {
        @Override
        public String toString() {
            return target + ": " + why;
        }
    }

    /**
     * Returns the leaks, each once.
     *
     * @return in the order in which they were found; empty if nothing leaked
     */
    public List<Finding> findings() {
        return findings;
    }

    /**
     * Returns how many statements were tried in which way.
     *
     * @return the ways that were tried, each with 1 or more
     */
    public Map<Attack, Integer> tried() {
        return tried;
    }

    /**
     * Returns what the tenant role may use although this attack can prove nothing about it: a table without any row of the victim's,
     * or with no column that tells whose a row is. {@link RlsAttack.Builder#except} takes one out.
     *
     * @return what makes {@link #assertNothingLeaks()} fail beside leaks
     */
    public List<Untried> blindSpots() {
        return blindSpots;
    }

    /**
     * Returns what else was not tried, with the reasons.
     *
     * @return for reading; fails nothing
     */
    public List<Untried> untried() {
        return untried;
    }

    /**
     * Fails unless all was tried and nothing leaked.
     *
     * @return this
     * @throws AssertionError if there are {@link #findings()} or {@link #blindSpots()}; it lists them
     */
    public RlsReport assertNothingLeaks() {
        if (!findings.isEmpty() || !blindSpots.isEmpty()) {
            throw new AssertionError(describe());
        }
        return this;
    }

    /**
     * Describes all of it, for people.
     *
     * @return several lines, without any value of a row
     */
    public String describe() {
        StringBuilder text = new StringBuilder(this.toString());
        append(text, "leaks", findings);
        append(text, "proves nothing about", blindSpots);
        append(
                text,
                "statements tried",
                tried.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(entry -> entry.getKey() + ": " + entry.getValue())
                        .collect(Collectors.toList()));
        append(text, "not tried", untried);
        return text.toString();
    }

    private static void append(StringBuilder text, String heading, List<?> entries) {
        if (!entries.isEmpty()) {
            text.append("\n  ").append(heading);
            entries.forEach(entry -> text.append("\n    ").append(entry));
        }
    }

    @Override
    public String toString() {
        return "row-level security of " + setting + ": " + findings.size() + " leaks, " + blindSpots.size()
                + " blind spots, "
                + tried.values().stream().mapToInt(Integer::intValue).sum() + " statements tried";
    }
}
