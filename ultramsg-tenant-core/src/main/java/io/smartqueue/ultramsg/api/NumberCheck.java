package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Whether a number is on WhatsApp. The set of answers is open: UltraMsg may say neither, for example when it will not check any
 * more numbers today. Source: docs/ultramsg-api.md, section 3.11.
 *
 * @param status UltraMsg's answer as it is; empty if the reply names none
 */
public record NumberCheck(String status) {
    static NumberCheck read(JsonNode json) {
        return new NumberCheck(LenientJson.text(json, "status"));
    }

    /**
     * Tells whether the number is on WhatsApp.
     *
     * @return true if UltraMsg says so
     */
    public boolean isOnWhatsApp() {
        return status.equalsIgnoreCase("valid");
    }

    /**
     * Tells whether the number is not on WhatsApp.
     *
     * @return true if UltraMsg says so; false if it is, or that is not known
     */
    public boolean isNotOnWhatsApp() {
        return status.equalsIgnoreCase("invalid");
    }
}
