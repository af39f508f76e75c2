package io.smartqueue.app.page;

import io.smartqueue.app.notification.CampaignDraft.Addressee;
import io.smartqueue.app.web.Problem;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recipients as people type or paste them: one on a line, the number first and then the name. Blank lines are nobody. */
final class RecipientLines {
    private static final Pattern LINE = Pattern.compile("([+0-9(][-0-9 ()/.]*)[\\s,;]*(.*)");
    private static final Pattern RECIPIENT = Pattern.compile("recipients\\[([0-9]{1,6})](\\.[A-Za-z]+)?");

    private final List<Addressee> addressees = new ArrayList<>();

    /** Of each recipient, counted from 1 as people do. */
    private final List<Integer> lineNumbers = new ArrayList<>();

    private RecipientLines(String text) {
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty()) {
                addressees.add(addressee(line));
                lineNumbers.add(i + 1);
            }
        }
    }

    static RecipientLines of(String text) {
        return new RecipientLines(text);
    }

    private static Addressee addressee(String line) {
        Matcher parts = LINE.matcher(line);
        return parts.matches()
                ? new Addressee(parts.group(1).strip(), parts.group(2).strip())
                : new Addressee(line, "");
    }

    List<Addressee> addressees() {
        return List.copyOf(addressees);
    }

    /** A problem in words that name the line instead of the place in a list. */
    String complaint(Problem.Field problem) {
        String what = problem.field().endsWith(".customerName") ? "its name " : "its number ";
        String message = problem.code().equals("invalid") ? problem.message() : what + problem.message();
        return withLineNumbers(problem.field()) + ": " + withLineNumbers(message);
    }

    private String withLineNumbers(String text) {
        return RECIPIENT.matcher(text).replaceAll(found -> {
            int index = Integer.parseInt(found.group(1));
            return index < lineNumbers.size() ? "line " + lineNumbers.get(index) : "a line";
        });
    }
}
