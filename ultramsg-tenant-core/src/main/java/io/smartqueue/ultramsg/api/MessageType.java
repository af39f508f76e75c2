package io.smartqueue.ultramsg.api;

import java.util.Objects;

/**
 * What kind a message is of. The set is open: a kind that is new to this library is kept as it is.
 * Source: docs/ultramsg-api.md, sections 3.3 and 5.3.
 *
 * @param value UltraMsg's name for it, such as {@code sticker} or {@code location}; empty if a reply names none
 */
public record MessageType(String value) {
    /** Text. */
    public static final MessageType CHAT = new MessageType("chat");
    /** A picture. */
    public static final MessageType IMAGE = new MessageType("image");
    /** A video. */
    public static final MessageType VIDEO = new MessageType("video");
    /** A sound file. */
    public static final MessageType AUDIO = new MessageType("audio");
    /** A voice note. */
    public static final MessageType VOICE = new MessageType("ptt");
    /** A file. */
    public static final MessageType DOCUMENT = new MessageType("document");
    /** A place. */
    public static final MessageType LOCATION = new MessageType("location");

    public MessageType {
        Objects.requireNonNull(value, "message type");
    }

    @Override
    public String toString() {
        return value;
    }
}
