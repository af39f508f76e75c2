package io.smartqueue.ultramsg.error;

/**
 * What an error reply of UltraMsg means, read from its body first and its HTTP status second.
 *
 * <p>UltraMsg documents no list of error codes; the kinds follow the texts that its documentation and its users show.
 */
public enum ProviderErrorKind {
    /** The token is wrong or missing. */
    AUTHENTICATION,
    /** No instance of this id exists, or it is still being created. */
    INSTANCE_NOT_FOUND,
    /** The instance has been stopped, as a rule because it was not paid for. */
    INSTANCE_STOPPED,
    /** The instance is not linked to a phone at the moment. */
    INSTANCE_NOT_READY,
    /** A limit of the provider's own has been reached. */
    LIMIT,
    /** Too many requests in too short a time; nothing was taken. */
    RATE_LIMIT,
    /** A parameter is missing, too long or of the wrong form. */
    VALIDATION,
    /** The request is larger than the server takes. */
    TOO_LARGE,
    /** The path does not exist there. */
    UNKNOWN_ENDPOINT,
    /** The server failed; whether it had taken the request before that is not known. */
    SERVER,
    /** The reply is not what UltraMsg sends: HTML, empty, or JSON of another shape. */
    PROTOCOL,
    /** UltraMsg reported an error that none of the other kinds describes. */
    OTHER
}
