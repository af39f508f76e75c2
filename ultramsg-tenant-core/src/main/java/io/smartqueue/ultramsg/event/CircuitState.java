package io.smartqueue.ultramsg.event;

/** Whether calls to an instance are let through. */
public enum CircuitState {
    /** All are. */
    CLOSED,
    /** None is, for a while: the instance kept failing. */
    OPEN,
    /** A few are, to find out whether it works again. */
    HALF_OPEN
}
