package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A place that was sent. It may be where somebody is, so it prints nothing of that.
 *
 * <p>Source: docs/ultramsg-api.md, section 5.2, where the members' names vary.
 *
 * @param latitude decimal degrees, -90 to 90
 * @param longitude decimal degrees, -180 to 180
 * @param address what the sender's phone calls it; empty if nothing
 */
public record Location(double latitude, double longitude, String address) {
    private static final double MOST_LATITUDE = 90;
    private static final double MOST_LONGITUDE = 180;

    /**
     * Checks the place.
     *
     * @throws IllegalArgumentException if it is not on earth
     */
    public Location {
        Objects.requireNonNull(address, "address");
        if (!isWithin(latitude, MOST_LATITUDE) || !isWithin(longitude, MOST_LONGITUDE)) {
            throw new IllegalArgumentException("latitude must be -90 to 90 degrees, and longitude -180 to 180");
        }
    }

    /** Not what is no number, either. */
    private static boolean isWithin(double degrees, double most) {
        return Math.abs(degrees) <= most;
    }

    static Optional<Location> find(JsonNode json) {
        OptionalDouble latitude = LenientJson.decimal(json, "lat", "latitude");
        OptionalDouble longitude = LenientJson.decimal(json, "lng", "longitude");
        return latitude.isPresent()
                        && longitude.isPresent()
                        && isWithin(latitude.getAsDouble(), MOST_LATITUDE)
                        && isWithin(longitude.getAsDouble(), MOST_LONGITUDE)
                ? Optional.of(new Location(
                        latitude.getAsDouble(), longitude.getAsDouble(), LenientJson.text(json, "address")))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return "Location";
    }
}
