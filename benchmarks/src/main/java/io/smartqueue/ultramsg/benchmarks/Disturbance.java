package io.smartqueue.ultramsg.benchmarks;

/** What else goes on while one side has its turn. */
interface Disturbance {
    Disturbance NONE = new Disturbance() {
        @Override
        public void begin() {}

        @Override
        public void end() {}
    };

    /** Begins, and gets going before the slice does; does nothing if it goes on already. */
    void begin() throws InterruptedException;

    /** Ends, so that the other side has its turn undisturbed; does nothing if it has ended already. */
    void end() throws InterruptedException;
}
