package io.smartqueue.ultramsg.benchmarks;

/**
 * One of two ways of doing the same.
 *
 * @param name as it stands in reports
 * @param operation called by many threads at once
 * @param disturbance what else goes on meanwhile
 */
record Side(String name, Operation operation, Disturbance disturbance) {
    Side(String name, Operation operation) {
        this(name, operation, Disturbance.NONE);
    }
}
