package io.smartqueue.ultramsg.connection;

import java.util.Locale;

/** What a connection test found. */
public enum ConnectionFinding {
    /** Token and instance are right and the phone is connected. */
    CONNECTED("Nothing to do: the connection works."),
    /** UltraMsg knows token and instance, and answers that a limit of its own is reached: the connection works. */
    PROVIDER_LIMIT_REACHED(
            "The connection works. UltraMsg reports that a limit of its own is reached: wait, or extend the subscription."),
    /** UltraMsg knows token and instance; somebody must scan the QR code with the phone. */
    WAITING_FOR_QR_SCAN("Scan the instance's QR code with the phone: WhatsApp, Linked devices, Link a device."),
    /** The session is linked but idle, as a rule because WhatsApp Web was opened elsewhere; messages wait. */
    STANDBY("Close WhatsApp Web elsewhere, or take the session over or restart the instance on its page at UltraMsg."),
    /** UltraMsg knows token and instance; the instance is starting, loading or trying to reach the phone. */
    CONNECTING("Wait a minute and test again; if it stays so, look whether the phone is on and online."),
    /** UltraMsg does not know the token. */
    WRONG_TOKEN("Copy the token again from the instance's page at UltraMsg."),
    /** UltraMsg does not know the instance, or is still creating it. */
    INSTANCE_NOT_FOUND("Compare the instance id with the one on the instance's page at UltraMsg."),
    /** UltraMsg has stopped the instance, as a rule because it was not paid for. */
    INSTANCE_STOPPED("Extend the instance's subscription at UltraMsg; after a payment it takes some minutes."),
    /** Nothing answered: no connection, or no reply within the deadline. */
    UNREACHABLE("Look whether this server may reach the base URL (network, proxy, firewall), then test again."),
    /** Something answered, but not UltraMsg. */
    NOT_ULTRAMSG("Correct the base URL: what answers there is not UltraMsg's API, or it is out of order."),
    /** UltraMsg answered with an error that none of the others describes. */
    PROVIDER_ERROR("Read what UltraMsg says; if it is passing trouble, test again later."),
    /** The organization does not exist. */
    NO_SUCH_ORGANIZATION("Check the organization's id."),
    /** The configuration is incomplete or wrong; nothing was asked. */
    INVALID_CONFIGURATION("Correct the fields named in the problems.");

    private final String advice;

    ConnectionFinding(String advice) {
        this.advice = advice;
    }

    /**
     * Returns the stable name of the finding for forms and JSON.
     *
     * @return the name in lower case, such as {@code wrong_token}
     */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Tells what to do next.
     *
     * @return a sentence for the person who looks after the organization
     */
    public String advice() {
        return advice;
    }

    /**
     * Tells whether messages can be sent.
     *
     * @return true for a connection that works, a limit reached included
     */
    public boolean isSuccess() {
        return this == CONNECTED || this == PROVIDER_LIMIT_REACHED;
    }

    /**
     * Tells whether UltraMsg recognized token and instance, so that what is wrong, if anything, is not the credentials.
     *
     * @return true if the credentials are right
     */
    public boolean provesCredentials() {
        return isSuccess() || this == WAITING_FOR_QR_SCAN || this == STANDBY || this == CONNECTING;
    }
}
