package io.smartqueue.ultramsg.organization;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.net.UnknownHostException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class AllowedHostsTest {
    @Test
    void allowsUltraMsgAloneByDefault() {
        AllowedHosts hosts = AllowedHosts.ultraMsg();

        assertThat(hosts.allowsHost("api.ultramsg.com")).isTrue();
        assertThat(hosts.allowsHost("API.UltraMsg.com")).isTrue();
        assertThat(hosts.allowsHost("api.ultramsg.com.example.com")).isFalse();
        assertThat(hosts.allowsHost("ultramsg.com")).isFalse();
        assertThat(hosts.allowsHost("api.ultramsg.com.")).isFalse();
        assertThat(hosts.isUnrestricted()).isFalse();
        assertThat(hosts).hasToString("api.ultramsg.com");
    }

    @Test
    void allowsTheHostsNamedAndNoOther() {
        AllowedHosts hosts = AllowedHosts.of("Proxy.example", "[2001:DB8::1]");

        assertThat(hosts.allowsHost("proxy.EXAMPLE")).isTrue();
        assertThat(hosts.allowsHost("[2001:db8::1]")).isTrue();
        assertThat(hosts.allowsHost("api.ultramsg.com")).isFalse();
    }

    @Test
    void needsAtLeastOneHost() {
        assertThatIllegalArgumentException().isThrownBy(AllowedHosts::of);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "*", "*.ultramsg.com", "https://api.ultramsg.com", "api.ultramsg.com:443", "a b", "a/b"})
    void takesBareHostNamesOnly(String host) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AllowedHosts.of(host))
                .withMessageContaining("not a bare host name");
    }

    // Ranges: IANA special-purpose address registries.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.255.255.255",
                "10.0.0.0",
                "10.255.255.255",
                "100.64.0.0", // carrier-grade NAT
                "100.127.255.255",
                "127.0.0.1",
                "127.255.255.255",
                "169.254.169.254", // cloud metadata
                "172.16.0.0",
                "172.31.255.255",
                "192.0.0.1",
                "192.168.0.1",
                "192.168.255.255",
                "198.18.0.1",
                "198.19.255.255",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::7f00:1", // IPv4-compatible
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::ffff:169.254.169.254",
                "64:ff9b::7f00:1", // NAT64 of 127.0.0.1
                "64:ff9b::a9fe:a9fe", // NAT64 of 169.254.169.254
                "fe80::1",
                "fec0::1",
                "fc00::1",
                "fd12:3456:789a::1",
                "fdff::1",
                "ff02::1"
            })
    void refusesAddressesThatAreNotPublic(String address) throws UnknownHostException {
        InetAddress parsed = InetAddress.getByName(address);

        assertThat(AllowedHosts.ultraMsg().allowsAddress(parsed)).isFalse();
        assertThat(AllowedHosts.anyIncludingLocal().allowsAddress(parsed)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.1",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "::ffff:1.1.1.1",
                "64:ff9b::101:101", // NAT64 of 1.1.1.1
                "2606:4700:4700::1111"
            })
    void allowsPublicAddresses(String address) throws UnknownHostException {
        assertThat(AllowedHosts.ultraMsg().allowsAddress(InetAddress.getByName(address)))
                .isTrue();
    }

    @Test
    void allowsEverythingWhenToldSo() {
        AllowedHosts any = AllowedHosts.anyIncludingLocal();

        assertThat(any.isUnrestricted()).isTrue();
        assertThat(any.allowsHost("localhost")).isTrue();
        assertThat(any).hasToString("any host");
    }
}
