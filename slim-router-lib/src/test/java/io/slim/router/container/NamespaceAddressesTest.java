package io.slim.router.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NamespaceAddressesTest {

    @Test
    void fibTrie() throws Exception {
        Set<InetAddress> found = new HashSet<>();
        NamespaceAddresses.parseFibTrie("""
                Main:
                  +-- 0.0.0.0/0 3 0 5
                     |-- 0.0.0.0
                        /0 universe UNICAST
                     +-- 10.32.0.0/12 2 0 2
                        |-- 10.32.0.0
                           /12 link UNICAST
                        |-- 10.32.0.1
                           /32 host LOCAL
                        |-- 10.47.255.255
                           /32 link BROADCAST
                     +-- 127.0.0.0/8 2 0 2
                        |-- 127.0.0.0
                           /8 host LOCAL
                        |-- 127.0.0.1
                           /32 host LOCAL
                Local:
                  |-- 10.32.0.1
                     /32 host LOCAL
                """, found);
        assertThat(found).containsExactly(InetAddress.getByName("10.32.0.1"));
    }

    @Test
    void ifInet6() throws Exception {
        Set<InetAddress> found = new HashSet<>();
        NamespaceAddresses.parseIfInet6("""
                00000000000000000000000000000001 01 80 10 80       lo
                fe80000000000000285d3afffe3c2b11 02 40 20 80     eth0
                fd000000000000000000000000000001 02 40 00 80     eth0
                """, found);
        assertThat(found).containsExactly(InetAddress.getByName("fd00::1"));
    }

    @Test
    void theFilesOfThisMachineCanBeReadTwice() throws Exception {
        try (NamespaceAddresses here =
                NamespaceAddresses.open(Path.of("/proc/self/net/fib_trie"), Path.of("/proc/self/net/if_inet6"))) {
            assertThat(here.read()).isEqualTo(here.read());
        }
    }

    @Test
    void theNearestAddressOfTheSameFamily() throws Exception {
        Addresses addresses = new Addresses(Set.of(
                InetAddress.getByName("10.32.0.1"),
                InetAddress.getByName("10.40.0.1"),
                InetAddress.getByName("fd00::1")));
        assertThat(addresses.nearest(InetAddress.getByName("10.40.7.7"))).isEqualTo(InetAddress.getByName("10.40.0.1"));
        assertThat(addresses.nearest(InetAddress.getByName("10.32.0.2"))).isEqualTo(InetAddress.getByName("10.32.0.1"));
        assertThat(addresses.nearest(InetAddress.getByName("fd00::2"))).isEqualTo(InetAddress.getByName("fd00::1"));
        assertThat(Addresses.NONE.nearest(InetAddress.getByName("fd00::2"))).isNull();
    }
}
