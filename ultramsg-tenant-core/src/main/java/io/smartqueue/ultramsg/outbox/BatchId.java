package io.smartqueue.ultramsg.outbox;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The name of a batch, unique within its organization. Immutable and thread-safe.
 *
 * @param value 1 to 100 letters, digits, dots, colons, dashes or underscores
 */
public record BatchId(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._:-]{1,100}");

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if it is empty, too long or holds other characters
     */
    public BatchId {
        Objects.requireNonNull(value, "batchId");
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "batchId must be 1 to 100 letters, digits, dots, colons, dashes or underscores");
        }
    }

    /**
     * Returns a name of the host's own, such as its campaign's.
     *
     * @param value unique among the organization's batches; see the record's form
     * @return the name
     * @throws IllegalArgumentException if it is empty, too long or holds other characters
     */
    public static BatchId of(String value) {
        return new BatchId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
