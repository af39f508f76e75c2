package io.smartqueue.ultramsg.benchmarks;

/** The message that both sides send, and the instance that takes it. */
final class Texts {
    static final String INSTANCE = "instance1150";
    static final String TOKEN = "fake-t0ken-0123456789";
    static final String RECIPIENT = "+49 30 901820";
    static final String MESSAGE = "Your bread is ready.";

    private Texts() {}

    /** A message that the stub's journal knows again. */
    static String numbered(int number) {
        return "Your order is ready: " + Journal.BEFORE_NUMBER + number + ".";
    }
}
