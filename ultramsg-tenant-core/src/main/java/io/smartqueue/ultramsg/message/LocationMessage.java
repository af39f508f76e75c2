package io.smartqueue.ultramsg.message;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;

/**
 * A place on the map. Immutable and thread-safe.
 */
public final class LocationMessage implements OutboundMessage {
    private static final int MAX_ADDRESS = 300;

    private final Envelope envelope;
    // transient, so that no JSON library prints it by itself
    private final transient double latitude;
    private final transient double longitude;
    private final transient String address;

    private LocationMessage(Envelope envelope, double latitude, double longitude, String address) {
        this.envelope = envelope;
        this.latitude = latitude;
        this.longitude = longitude;
        this.address = address;
    }

    /**
     * Returns a message that shows a place.
     *
     * @param to who gets it
     * @param latitude degrees north of the equator, -90 to 90
     * @param longitude degrees east of Greenwich, -180 to 180
     * @param address what is written below, in one line or two: 1 to 300 characters
     * @return the message
     * @throws IllegalArgumentException if a coordinate is out of range, or the address is blank, too long, or holds
     *     control characters or half a surrogate pair; the message repeats none of them
     */
    public static LocationMessage of(Recipient to, double latitude, double longitude, String address) {
        requireDegrees("latitude", latitude, 90);
        requireDegrees("longitude", longitude, 180);
        return new LocationMessage(
                Envelope.to(to), latitude, longitude, ContentRules.text("address", address, MAX_ADDRESS));
    }

    private static void requireDegrees(String field, double value, int most) {
        if (!(Math.abs(value) <= most)) { // so written, it holds for what is no number
            throw new IllegalArgumentException(field + " is out of range, it must be -" + most + " to " + most);
        }
    }

    /**
     * Returns the same message as a reply.
     *
     * @param message which message it replies to
     * @return the message
     */
    public LocationMessage inReplyTo(MessageId message) {
        return new LocationMessage(envelope.inReplyTo(message), latitude, longitude, address);
    }

    @Override
    public Recipient to() {
        return envelope.to();
    }

    @Override
    public Optional<MessageId> replyTo() {
        return envelope.replyTo();
    }

    /**
     * Returns how far north the place is.
     *
     * @return degrees, -90 to 90
     */
    public double latitude() {
        return latitude;
    }

    /**
     * Returns how far east the place is.
     *
     * @return degrees, -180 to 180
     */
    public double longitude() {
        return longitude;
    }

    /**
     * Returns what is written below. Never log the result.
     *
     * @return 1 to 300 characters
     */
    public String address() {
        return address;
    }

    @Override
    public <R> R byKind(Kinds<R> kinds) {
        return kinds.location(this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LocationMessage that
                && envelope.equals(that.envelope)
                && Double.compare(latitude, that.latitude) == 0
                && Double.compare(longitude, that.longitude) == 0
                && address.equals(that.address);
    }

    @Override
    public int hashCode() {
        return Objects.hash(envelope, latitude, longitude, address);
    }

    @Override
    public String toString() {
        return "LocationMessage[" + to() + ContentRules.sizeOf(", address", address) + "]";
    }
}
