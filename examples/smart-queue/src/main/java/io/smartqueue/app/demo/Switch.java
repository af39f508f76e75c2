package io.smartqueue.app.demo;

import io.smartqueue.ultramsg.testkit.StubInstance;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** What an instance can be made to do. Each replaces the one before. */
enum Switch {
    WORKS("works normally", instance -> {}),
    WAITS("waits for a scan of its QR code", StubInstance::waitsForQrScan),
    STOPPED("is stopped for non-payment", StubInstance::isStoppedForNonPayment),
    REJECTS("rejects its token", StubInstance::rejectsToken),
    LIMITED("has reached its daily limit", instance -> instance.reachesDailyLimit(0)),
    SLOW("answers after four seconds", instance -> instance.repliesAfter(Duration.ofSeconds(4))),
    LOSES("loses its next three replies", instance -> instance.losesReplyAfterAccepting(3));

    private final String words;
    private final Consumer<StubInstance> action;

    Switch(String words, Consumer<StubInstance> action) {
        this.words = words;
        this.action = action;
    }

    static Optional<Switch> find(String code) {
        return Arrays.stream(values()).filter(each -> each.code().equals(code)).findFirst();
    }

    String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    String words() {
        return words;
    }

    void turn(StubInstance instance) {
        action.accept(instance.worksNormally());
    }
}
