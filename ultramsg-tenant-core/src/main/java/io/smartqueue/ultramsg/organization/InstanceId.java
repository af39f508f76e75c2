package io.smartqueue.ultramsg.organization;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The id of an UltraMsg instance, always in the form {@code instance1150} that UltraMsg uses in paths.
 *
 * <p>Immutable and thread-safe.
 *
 * @param value the word {@code instance} followed by 1 to 20 digits
 */
public record InstanceId(String value) {
    private static final String WORD = "instance";
    private static final Pattern TYPED = Pattern.compile("(?:" + WORD + ")?([0-9]{1,20})", Pattern.CASE_INSENSITIVE);

    /**
     * Brings the id into its normal form.
     *
     * @throws IllegalArgumentException if the text is not an instance id
     */
    public InstanceId {
        Objects.requireNonNull(value, "instance id");
        var matcher = TYPED.matcher(ConfigText.trim(value));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "instance id must be digits, with or without the word instance before them, as in instance1150");
        }
        value = WORD + matcher.group(1);
    }

    /**
     * Reads an instance id as people type it: {@code 1150}, {@code instance1150}, blanks around it, any case.
     *
     * @param text what was typed or stored
     * @return the id in its normal form
     * @throws IllegalArgumentException if the text is not an instance id
     */
    public static InstanceId parse(String text) {
        return new InstanceId(text);
    }

    /**
     * Finds the instance that a text means, if it means one; for stores that compare ids in the forms people typed.
     *
     * @param text what was typed or stored
     * @return the id in its normal form, or empty if the text is not an instance id
     */
    public static Optional<InstanceId> find(String text) {
        return TYPED.matcher(ConfigText.trim(text)).matches() ? Optional.of(new InstanceId(text)) : Optional.empty();
    }

    /**
     * Returns the digits alone, the form in which webhooks name the instance.
     *
     * @return 1 to 20 digits
     */
    public String digits() {
        return value.substring(WORD.length());
    }

    @Override
    public String toString() {
        return value;
    }
}
