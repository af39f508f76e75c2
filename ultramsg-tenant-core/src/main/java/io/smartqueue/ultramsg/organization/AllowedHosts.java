package io.smartqueue.ultramsg.organization;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The hosts at which an organization may aim its base URL, so that a tenant cannot aim the server.
 *
 * <p>The list is the defence. As a second one, addresses on private, local and reserved networks are refused, typed as
 * they are or found when a name is resolved. Immutable and thread-safe.
 */
public final class AllowedHosts {
    private static final AllowedHosts ULTRAMSG = of("api.ultramsg.com");
    private static final AllowedHosts ANY = new AllowedHosts(Set.of(), Reach.ANYWHERE);

    private enum Reach {
        LISTED_AND_PUBLIC,
        ANYWHERE
    }

    private final Set<String> hosts;
    private final Reach reach;

    private AllowedHosts(Set<String> hosts, Reach reach) {
        this.hosts = hosts;
        this.reach = reach;
    }

    /**
     * Allows UltraMsg's own API host and nothing else; the default.
     *
     * @return {@code api.ultramsg.com}
     */
    public static AllowedHosts ultraMsg() {
        return ULTRAMSG;
    }

    /**
     * Allows the hosts named here and no other, over https on port 443.
     *
     * @param hosts host names without scheme and port; upper and lower case are the same
     * @return the list
     * @throws IllegalArgumentException if no host is named, or one is not a host name
     */
    public static AllowedHosts of(String... hosts) {
        if (hosts.length == 0) {
            throw new IllegalArgumentException("allowed hosts: name at least one host");
        }
        for (String host : hosts) {
            if (!host.matches("[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+]")) {
                throw new IllegalArgumentException("allowed hosts: \"" + host + "\" is not a bare host name");
            }
        }
        return new AllowedHosts(
                Arrays.stream(hosts)
                        .map(host -> host.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toCollection(TreeSet::new)),
                Reach.LISTED_AND_PUBLIC);
    }

    /**
     * Allows every address, http and local networks included. For tests against a stub, never for production: with it, an
     * organization can make this server call anything it can reach.
     *
     * @return no restriction
     */
    public static AllowedHosts anyIncludingLocal() {
        return ANY;
    }

    /**
     * Tells whether everything is allowed, plain http and local networks included.
     *
     * @return true for {@link #anyIncludingLocal()} alone
     */
    public boolean isUnrestricted() {
        return reach == Reach.ANYWHERE;
    }

    /**
     * Tells whether a host may be called.
     *
     * @param host a host name or address, without port
     * @return true if it is on the list, or everything is allowed
     */
    public boolean allowsHost(String host) {
        return isUnrestricted() || hosts.contains(host.toLowerCase(Locale.ROOT));
    }

    /**
     * Tells whether an address that a host name resolved to may be called.
     *
     * @param address the address
     * @return true if it is public, or everything is allowed
     */
    public boolean allowsAddress(InetAddress address) {
        return isUnrestricted() || PublicNetwork.contains(address);
    }

    @Override
    public String toString() {
        return isUnrestricted() ? "any host" : String.join(", ", hosts);
    }
}
