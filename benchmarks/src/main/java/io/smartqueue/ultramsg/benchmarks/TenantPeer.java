package io.smartqueue.ultramsg.benchmarks;

import java.io.IOException;
import java.time.Duration;

/** What sends for many tenants, who are counted from 0, with something of its own for each. Different tenants' messages may be sent at a time. */
interface TenantPeer {
    /** As long as the library's own deadline. */
    Duration PATIENCE = Duration.ofSeconds(15);

    /** Adds the next tenant. */
    void add(String token);

    /** Has a tenant's messages sent with another token from now on. */
    void change(int tenant, String token);

    /** Sends one message. */
    void send(int tenant) throws LostReply, IOException, InterruptedException;

    default void addTenants(int count) {
        for (int tenant = 0; tenant < count; tenant++) {
            add(Texts.TOKEN);
        }
    }
}
