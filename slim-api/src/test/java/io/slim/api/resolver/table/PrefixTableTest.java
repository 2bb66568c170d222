package io.slim.api.resolver.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slim.api.resolver.table.PrefixTable.Entry;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixTableTest {

    private static PrefixTable<String> table(String... prefixes) {
        List<Entry<String>> entries = new ArrayList<>();
        for (String prefix : prefixes) {
            entries.add(new Entry<>(Prefix.parse(prefix), prefix));
        }
        return PrefixTable.of(entries);
    }

    private static String find(PrefixTable<String> table, String address) throws Exception {
        return table.find(InetAddress.getByName(address));
    }

    @Test
    void theLongestPrefixWins() throws Exception {
        PrefixTable<String> table = table("10.0.0.0/8", "10.32.0.0/12", "10.32.0.1", "10.47.255.255", "fd00::/8");
        assertThat(find(table, "9.255.255.255")).isNull();
        assertThat(find(table, "10.0.0.0")).isEqualTo("10.0.0.0/8");
        assertThat(find(table, "10.32.0.0")).isEqualTo("10.32.0.0/12");
        assertThat(find(table, "10.32.0.1")).isEqualTo("10.32.0.1");
        assertThat(find(table, "10.32.0.2")).isEqualTo("10.32.0.0/12");
        assertThat(find(table, "10.47.255.255")).isEqualTo("10.47.255.255");
        assertThat(find(table, "10.48.0.0")).isEqualTo("10.0.0.0/8");
        assertThat(find(table, "11.0.0.0")).isNull();
        assertThat(find(table, "fdff::1")).isEqualTo("fd00::/8");
        assertThat(find(table, "fe00::")).isNull();
    }

    @Test
    void theEndsOfTheAddressSpace() throws Exception {
        PrefixTable<String> table = table("::/0", "255.255.255.255", "0.0.0.0/0", "ffff::/16");
        assertThat(find(table, "::")).isEqualTo("::/0");
        assertThat(find(table, "0.0.0.0")).isEqualTo("0.0.0.0/0");
        assertThat(find(table, "255.255.255.255")).isEqualTo("255.255.255.255");
        assertThat(find(table, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")).isEqualTo("ffff::/16");
        assertThat(find(table(), "10.0.0.1")).isNull();
    }

    @Test
    void agreesWithTheObviousWay() throws Exception {
        Random random = new Random(77);
        for (int round = 0; round < 50; round++) {
            Map<Prefix, String> naive = new HashMap<>();
            for (int i = 0; i < 60; i++) {
                Prefix prefix = randomPrefix(random);
                naive.put(prefix, prefix.toString());
            }
            PrefixTable<String> table = PrefixTable.of(naive.entrySet().stream()
                    .map(entry -> new Entry<>(entry.getKey(), entry.getValue()))
                    .toList());
            for (int i = 0; i < 300; i++) {
                InetAddress address = randomAddress(random);
                assertThat(table.find(address)).isEqualTo(obvious(naive, address));
            }
        }
    }

    /** So many that an index says where to search. */
    @ParameterizedTest
    @ValueSource(ints = {4, 16})
    void agreesWithTheObviousWayIfItIsLarge(int size) throws Exception {
        Random random = new Random(78);
        Map<Prefix, String> naive = new HashMap<>();
        int bits = size * 8;
        while (naive.size() < 20_000) {
            // Some far apart, most in a few networks, as overlays have them.
            int length = random.nextInt(bits + 1);
            Prefix prefix =
                    Prefix.covering(random.nextInt(10) == 0 ? anywhere(random, size) : near(random, size), length);
            naive.put(prefix, prefix.toString());
        }
        PrefixTable<String> table = PrefixTable.of(naive.entrySet().stream()
                .map(entry -> new Entry<>(entry.getKey(), entry.getValue()))
                .toList());
        for (int i = 0; i < 50_000; i++) {
            InetAddress address = i % 2 == 0 ? anywhere(random, size) : near(random, size);
            String expected = null;
            for (int length = bits; length >= 0 && expected == null; length--) {
                expected = naive.get(Prefix.covering(address, length));
            }
            assertThat(table.find(address)).as(address.toString()).isEqualTo(expected);
        }
    }

    /** One start in the middle of what is left, then another in the middle of what is left then: no tree could be deeper. */
    @Test
    void agreesWithTheObviousWayHoweverUnevenItIs() throws Exception {
        List<String> prefixes = new ArrayList<>();
        for (int bit = 0; bit < 120; bit++) {
            byte[] bytes = new byte[16];
            bytes[bit / 8] = (byte) (0x80 >> bit % 8);
            for (int last = 0; last < 8; last++) {
                bytes[15] |= (byte) last;
                prefixes.add(InetAddress.getByAddress(bytes).getHostAddress());
            }
        }
        PrefixTable<String> table = table(prefixes.stream().distinct().toArray(String[]::new));
        for (String prefix : prefixes) {
            assertThat(find(table, prefix)).isEqualTo(prefix);
        }
        assertThat(find(table, "ffff::")).isNull();
        assertThat(find(table, "::")).isNull();
    }

    private static InetAddress anywhere(Random random, int size) throws Exception {
        return InetAddress.getByAddress(bytes(random, size));
    }

    private static InetAddress near(Random random, int size) throws Exception {
        byte[] bytes = new byte[size];
        bytes[0] = (byte) (size == 4 ? 10 : 0xfd);
        bytes[size - 3] = (byte) random.nextInt(4);
        bytes[size - 2] = (byte) random.nextInt(256);
        bytes[size - 1] = (byte) random.nextInt(256);
        return InetAddress.getByAddress(bytes);
    }

    @Test
    void noPrefixOfIpv6ContainsAnIpv4Address() throws Exception {
        PrefixTable<String> table = table("::/0", "::/64", "10.0.0.0/8");
        assertThat(find(table, "11.0.0.1")).isNull();
        assertThat(find(table, "10.0.0.1")).isEqualTo("10.0.0.0/8");
        assertThat(find(table, "::1")).isEqualTo("::/64");
        assertThat(find(table, "0:0:0:1::")).isEqualTo("::/0");
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Prefix prefix(InetAddress address, int length) throws Exception {
        byte[] bytes = address.getAddress();
        for (int bit = length; bit < 32; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        return Prefix.of(InetAddress.getByAddress(bytes), length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.32.0.0/12", "0.0.0.0/0", "10.32.0.1/32", "fd00:0:0:0:0:0:0:0/8", "0:0:0:0:0:0:0:0/0"})
    void isWrittenAsItIsRead(String text) {
        assertThat(Prefix.parse(text)).hasToString(text);
    }

    private static String obvious(Map<Prefix, String> naive, InetAddress address) {
        Prefix exact = Prefix.parse(address.getHostAddress());
        return naive.keySet().stream()
                .filter(prefix -> prefix.contains(exact.high(), exact.low()))
                .max((a, b) -> Integer.compare(a.length(), b.length()))
                .map(naive::get)
                .orElse(null);
    }

    private static Prefix randomPrefix(Random random) throws Exception {
        return prefix(randomAddress(random), random.nextInt(33));
    }

    private static InetAddress randomAddress(Random random) throws Exception {
        return InetAddress.getByAddress(
                new byte[] {10, (byte) random.nextInt(4), (byte) random.nextInt(4), (byte) random.nextInt(256)});
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host.example",
                "10.0.0",
                "10.0.0.256",
                "10.0.0.1/33",
                "10.0.0.1/8",
                "::1/129",
                "10.0.0.0/x",
                "/8"
            })
    void refusesWhatIsNoPrefix(String text) {
        assertThatThrownBy(() -> Prefix.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
