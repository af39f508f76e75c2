package io.smartqueue.app.demo;

import io.smartqueue.ultramsg.testkit.StubInstance;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The instances of the stub that the demonstration's pages show. Thread-safe. */
public final class Instances {
    /** One of them, whose account has a number and a name once its QR code was scanned. */
    static final class Instance {
        private final StubInstance stub;
        private final String token;
        private final String number;
        private final String name;
        private volatile Switch position = Switch.WORKS;

        private Instance(StubInstance stub, String token, String number, String name) {
            this.stub = stub;
            this.token = token;
            this.number = number;
            this.name = name;
        }

        StubInstance stub() {
            return stub;
        }

        String id() {
            return stub.id();
        }

        String token() {
            return token;
        }

        String number() {
            return number;
        }

        String name() {
            return name;
        }

        Switch position() {
            return position;
        }

        void turn(Switch to) {
            if (to == Switch.WORKS) {
                stub.isConnectedAs(number, name); // whoever was asked to scan the QR code has done so
            }
            to.turn(stub);
            position = to;
        }
    }

    private final List<Instance> instances = new CopyOnWriteArrayList<>();

    /** Shows an instance, which works normally from now on. */
    public void add(StubInstance stub, String token, String number, String name) {
        add(stub, token, number, name, Switch.WORKS);
    }

    /** Shows an instance that nobody has connected to an account yet. */
    public void addUnscanned(StubInstance stub, String token, String number, String name) {
        add(stub, token, number, name, Switch.WAITS);
    }

    private void add(StubInstance stub, String token, String number, String name, Switch position) {
        Instance instance = new Instance(stub, token, number, name);
        instance.turn(position);
        instances.add(instance);
    }

    /** Lets the stub tell how far messages have come since: it finds that out when it is asked for anything. */
    public void look() {
        instances.forEach(instance -> instance.stub().receivedMessages());
    }

    List<Instance> all() {
        return List.copyOf(instances);
    }

    Optional<Instance> find(String id) {
        return instances.stream().filter(instance -> instance.id().equals(id)).findFirst();
    }

    Optional<Instance> ofNumber(String number) {
        return instances.stream()
                .filter(instance -> digits(instance.number()).equals(digits(number)))
                .findFirst();
    }

    static String digits(String number) {
        return number.replaceAll("[^0-9]", "");
    }
}
