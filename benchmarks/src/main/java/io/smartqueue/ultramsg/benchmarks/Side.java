package io.smartqueue.ultramsg.benchmarks;

/**
 * One of two ways of doing the same.
 *
 * @param name as it stands in reports
 * @param operation called by many threads at once
 */
record Side(String name, Operation operation) {}
