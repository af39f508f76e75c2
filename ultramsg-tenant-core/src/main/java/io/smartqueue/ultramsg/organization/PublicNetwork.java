package io.smartqueue.ultramsg.organization;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * Which addresses are on the public internet. Source: the IANA special-purpose address registries (RFC 6890 and what
 * came after it).
 */
final class PublicNetwork {
    private static final int[][] RESERVED_V4 = {
        {0x00000000, 8}, // this network
        {0x0a000000, 8}, // private
        {0x64400000, 10}, // carrier-grade NAT
        {0x7f000000, 8}, // loopback
        {0xa9fe0000, 16}, // link-local, cloud metadata
        {0xac100000, 12}, // private
        {0xc0000000, 24}, // protocol assignments
        {0xc0a80000, 16}, // private
        {0xc6120000, 15}, // benchmarks
        {0xe0000000, 4}, // multicast
        {0xf0000000, 4}, // reserved, broadcast
    };

    private PublicNetwork() {}

    static boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? isPublicV4(bytes) : isPublicV6(address, bytes);
    }

    private static boolean isPublicV4(byte[] bytes) {
        int value = (bytes[0] & 0xff) << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
        for (int[] network : RESERVED_V4) {
            if ((value ^ network[0]) >>> (32 - network[1]) == 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPublicV6(InetAddress address, byte[] bytes) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        boolean uniqueLocal = (bytes[0] & 0xfe) == 0xfc;
        if (uniqueLocal) {
            return false;
        }
        // IPv4 inside IPv6 (mapped, and NAT64 as IPv6-only clouds use it) is judged by the address inside.
        return !embedsV4(bytes) || isPublicV4(Arrays.copyOfRange(bytes, 12, 16));
    }

    private static boolean embedsV4(byte[] bytes) {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};
        byte[] compatible = new byte[12];
        byte[] nat64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
        byte[] prefix = Arrays.copyOf(bytes, 12);
        return Arrays.equals(prefix, mapped) || Arrays.equals(prefix, compatible) || Arrays.equals(prefix, nat64);
    }
}
