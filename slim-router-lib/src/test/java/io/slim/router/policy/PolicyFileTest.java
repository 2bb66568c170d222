package io.slim.router.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slim.api.ConfigurationException;
import io.slim.api.Endpoint;
import io.slim.api.policy.ConnectionRequest;
import io.slim.api.policy.ConnectionRequest.Side;
import io.slim.api.policy.PolicyVerdict;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyFileTest {

    @TempDir
    private Path directory;

    private PolicyRules read(String text) throws Exception {
        return PolicyFile.read(Files.writeString(directory.resolve("policy.yaml"), text));
    }

    private static PolicyVerdict decide(PolicyRules rules, String client, String server, int port) throws Exception {
        InetAddress host = InetAddress.getLoopbackAddress();
        return rules.decide(new ConnectionRequest(
                Side.CLIENT,
                InetAddress.getByName(client),
                host,
                new Endpoint(InetAddress.getByName(server), port),
                host));
    }

    @Test
    void anEmptyPolicyAllowsAll() throws Exception {
        assertThat(decide(read("{}"), "10.32.0.1", "10.32.0.2", 80)).isEqualTo(PolicyVerdict.ALLOW);
        assertThat(decide(read("rules: []"), "fd00::1", "fd00::2", 80)).isEqualTo(PolicyVerdict.ALLOW);
    }

    @ParameterizedTest
    @CsvSource({
        "10.32.1.7, 10.32.0.2, 80, false, 0", // rule 1: from
        "10.32.0.7, 10.32.0.2, 80, true, 12500000", // rule 2
        "10.32.0.7, 10.32.0.2, 8443, true, 12500000",
        "10.32.0.7, 10.32.0.2, 81, false, 0", // rule 3
        "10.32.0.7, 10.32.0.3, 81, true, 0", // default
        "fd00:1::9, fd00:2::1, 80, false, 0", // rule 1, IPv6
        "fd00:3::9, fd00:2::1, 80, true, 0",
    })
    void theFirstRuleThatMatchesDecides(String client, String server, int port, boolean bypass, long rate)
            throws Exception {
        PolicyRules rules = read("""
                rules:
                  - name: old rack
                    from: [10.32.1.0/24, "fd00:1::/64"]
                    action: overlay
                  - to: 10.32.0.2
                    ports: [80, 8000-8999]
                    action: allow
                    rate: 100Mbit
                  - to: 10.32.0.2/32
                    action: overlay
                """);
        PolicyVerdict verdict = decide(rules, client, server, port);
        assertThat(verdict.bypass()).isEqualTo(bypass);
        assertThat(verdict.sendRate()).isEqualTo(rate);
    }

    @Test
    void aRefusalNamesItsRule() throws Exception {
        PolicyRules rules = read("""
                default: overlay
                rules:
                  - name: old rack
                    from: 10.32.1.0/24
                    action: overlay
                  - from: 10.32.2.0/24
                    action: overlay
                """);
        assertThat(decide(rules, "10.32.1.1", "10.32.0.2", 80).reason())
                .isEqualTo("rule \"old rack\" in line 3 of " + directory.resolve("policy.yaml"));
        assertThat(decide(rules, "10.32.2.1", "10.32.0.2", 80).reason()).startsWith("rule in line 6 of ");
        assertThat(decide(rules, "10.32.3.1", "10.32.0.2", 80).reason()).startsWith("default of ");
    }

    @Test
    void thePrefixOfAllIpv6AddressesHasNoIpv4() throws Exception {
        PolicyRules rules = read("rules: [{from: '::/0', action: overlay}]");
        assertThat(decide(rules, "fd00::1", "fd00::2", 80).bypass()).isFalse();
        assertThat(decide(rules, "10.32.0.1", "10.32.0.2", 80).bypass()).isTrue();
    }

    @Test
    void allProblemsAreReportedTogetherWithTheirPlaces() {
        assertThatThrownBy(() -> read("""
                        default: deny
                        rule: []
                        rules:
                          - from: 10.32.1.0/33
                            to: host.example
                            ports: [0, 80-70, x]
                            action: drop
                            rate: 100Mb
                          - action: overlay
                            rate: 1Mbit
                            colour: red
                          - from: 10.0.0.0/8
                          - name: "a\\nb"
                            action: allow
                          - allow
                          - from: []
                            action: allow
                        """))
                .isInstanceOfSatisfying(ConfigurationException.class, e -> assertThat(e.problems())
                        .extracting(problem -> problem.key().replaceAll(".*, line (\\d+), column \\d+", "$1") + " "
                                + problem.value().replace("\n", "?"))
                        .containsExactlyInAnyOrder(
                                "1 default: deny",
                                "2 rule",
                                "4 from: 10.32.1.0/33",
                                "5 to: host.example",
                                "6 ports: 0",
                                "6 ports: 80-70",
                                "6 ports: x",
                                "7 action: drop",
                                "8 rate: 100Mb",
                                "10 rate: 1Mbit",
                                "11 colour",
                                "12 action: ",
                                "13 name: a?b",
                                "15 allow",
                                "16 from: []"));
    }

    @ParameterizedTest
    @CsvSource({"8Kbit, 1000", "100Mbit, 12500000", "1.5Gbit, 187500000", "8000bit, 1000", "1000Gbit, 125000000000"})
    void rates(String text, long bytes) {
        assertThat(Rate.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"7Kbit", "1001Gbit", "-1Mbit", "100", "100mbit", "100 Mbit", "1e3Mbit"})
    void notRates(String text) {
        assertThatThrownBy(() -> Rate.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFileThatIsTooLongOrMissingIsRefused() {
        assertThatThrownBy(() -> read("#".repeat((1 << 20) + 1))).hasMessageContaining("at most 1048576");
        assertThatThrownBy(() -> PolicyFile.read(directory.resolve("none.yaml")))
                .hasMessageContaining("readable");
        assertThatThrownBy(() -> read("rules: [")).hasMessageContaining("YAML");
    }
}
