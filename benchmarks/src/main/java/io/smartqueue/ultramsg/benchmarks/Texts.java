package io.smartqueue.ultramsg.benchmarks;

import java.util.concurrent.ThreadLocalRandom;

/** The message that both sides send, and the instance that takes it. */
final class Texts {
    static final String INSTANCE = "instance1150";
    static final String TOKEN = "fake-t0ken-0123456789";
    static final String RECIPIENT = "+49 30 901820";
    static final String MESSAGE = "Your bread is ready.";

    /** That message as UltraMsg takes it, encoded beforehand. */
    static final String FORM = "token=" + TOKEN
            + "&to=%2B4930901820&body=Your+bread+is+ready.&referenceId=019a0000-0000-7000-8000-000000000000";

    private Texts() {}

    static String requireTaken(String reply) {
        if (!reply.startsWith("{\"sent\":\"true\"")) {
            throw new IllegalStateException("the stub said " + reply);
        }
        return reply;
    }

    /** One of so many that it is nearly always another one than the last. */
    static String anyInstance() {
        return "instance" + ThreadLocalRandom.current().nextInt(1_000, 2_000);
    }

    /** A message that the stub's journal knows again. */
    static String numbered(int number) {
        return "Your order is ready: " + Journal.BEFORE_NUMBER + number + ".";
    }
}
