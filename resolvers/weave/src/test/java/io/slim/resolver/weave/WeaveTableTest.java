package io.slim.resolver.weave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slim.api.resolver.Resolution;
import io.slim.api.resolver.Resolution.Nowhere;
import io.slim.api.resolver.table.Prefix;
import io.slim.resolver.common.OverlayTable;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeaveTableTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Resolution A = on("192.168.77.1");
    private static final Resolution B = on("192.168.77.2");
    private static final String PEER_A = "00:00:00:00:00:01";
    private static final String PEER_B = "00:00:00:00:00:02";

    private final ObjectNode report = captured("a");

    private static ObjectNode captured(String host) {
        try {
            return (ObjectNode) JSON.readTree(ReportServer.captured(host));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Resolution on(String host) {
        return Resolution.on(Prefix.address(host));
    }

    private static OverlayTable table(JsonNode report) throws IOException {
        return WeaveTable.of(WeaveReport.read(bytes(report.toString())), null, false);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Resolution ask(OverlayTable table, String address) {
        return table.resolve(Prefix.address(address));
    }

    private static ObjectNode object(String json) throws IOException {
        return (ObjectNode) JSON.readTree(json.replace('\'', '"'));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b"})
    void theCapturedReports(String host) throws Exception {
        OverlayTable table = table(captured(host));
        assertThat(ask(table, "10.40.0.0")).isEqualTo(A);
        assertThat(ask(table, "10.40.9.8")).isEqualTo(A);
        assertThat(ask(table, "10.40.9.9")).as("claimed by b in a's half").isEqualTo(B);
        assertThat(ask(table, "10.40.9.10")).isEqualTo(A);
        assertThat(ask(table, "10.40.127.255")).isEqualTo(A);
        assertThat(ask(table, "10.40.128.0")).isEqualTo(B);
        assertThat(ask(table, "10.40.255.255")).isEqualTo(B);
        assertThat(ask(table, "10.41.0.0")).isEqualTo(Nowhere.UNKNOWN);
        assertThat(ask(table, "10.39.255.255")).isEqualTo(Nowhere.UNKNOWN);
    }

    @Test
    void eachAddressIsWhereTheRangesSay() throws Exception {
        OverlayTable table = table(report);
        for (int i = 0; i < 65536; i++) {
            InetAddress address = InetAddress.getByAddress(new byte[] {10, 40, (byte) (i >> 8), (byte) i});
            boolean isB = i == 9 * 256 + 9 || i >= 32768;
            assertThat(table.resolve(address)).as(address.toString()).isEqualTo(isB ? B : A);
        }
    }

    @Test
    void whatThisHostSeesGoesBeforeWhatOthersSee() throws Exception {
        report.withObject("/Router")
                .withArray("Peers")
                .add(object("{'Name':'00:00:00:00:00:03','Connections':[" + connection(PEER_B, "10.9.9.9:6783", true)
                        + "," + connection(PEER_A, "192.168.77.1:6783", true) + "]}"));
        OverlayTable table = table(report);
        assertThat(ask(table, "10.40.128.0")).isEqualTo(B);
        assertThat(ask(table, "10.40.0.1")).isEqualTo(A);
    }

    @Test
    void ofOthersTheMajorityIsRightAndWithoutOneNobody() throws Exception {
        // This host has lost its connection to B; three others see it.
        ((ObjectNode) report.at("/Router/Peers/0/Connections/0")).put("Established", false);
        for (int i = 3; i <= 5; i++) {
            String seen = i == 5 ? "10.9.9.9:6783" : "192.168.77.2:" + 40000 + i;
            report.withObject("/Router")
                    .withArray("Peers")
                    .add(object("{'Name':'00:00:00:00:00:0" + i + "','Connections':[" + connection(PEER_B, seen, true)
                            + "]}"));
        }
        assertThat(ask(table(report), "10.40.128.0")).isEqualTo(B);
        report.withObject("/Router").withArray("Peers").remove(2);
        assertThat(ask(table(report), "10.40.128.0"))
                .as("one says this, one that")
                .isEqualTo(Nowhere.UNKNOWN);
    }

    private static String connection(String name, String address, boolean established) {
        return "{'Name':'" + name + "','Address':'" + address + "','Established':" + established + "}";
    }

    @Test
    void addressesOutsideTheRingAreFoundByName() throws Exception {
        report.set(
                "DNS",
                object("{'Entries':[" + name(PEER_B, "10.2.1.1", 0) + "," + name(PEER_A, "10.2.1.2", 0) + ","
                        + name(PEER_B, "10.2.1.3", 77) + "," + name(PEER_A, "10.40.128.5", 0) + ","
                        + name(PEER_A, "10.2.1.4", 0) + "," + name(PEER_B, "10.2.1.4", 0) + ","
                        + name("00:00:00:00:00:09", "10.2.1.5", 0) + "," + name(PEER_A, "nonsense", 0) + "]}"));
        OverlayTable table = table(report);
        assertThat(ask(table, "10.2.1.1")).isEqualTo(B);
        assertThat(ask(table, "10.2.1.2")).isEqualTo(A);
        assertThat(ask(table, "10.2.1.3")).as("a tombstone").isEqualTo(Nowhere.UNKNOWN);
        assertThat(ask(table, "10.40.128.5"))
                .as("within the ring the ring is right")
                .isEqualTo(B);
        assertThat(ask(table, "10.2.1.4")).as("two claim it").isEqualTo(Nowhere.UNKNOWN);
        assertThat(ask(table, "10.2.1.5")).as("a peer nobody knows").isEqualTo(Nowhere.UNKNOWN);
    }

    private static String name(String origin, String address, int tombstone) {
        return "{'Hostname':'x.weave.local.','Origin':'" + origin + "','Address':'" + address + "','Tombstone':"
                + tombstone + "}";
    }

    @Test
    void rangesOfPeersThatAreGoneAreUnknown() throws Exception {
        ((ObjectNode) report.at("/IPAM/Entries/3")).put("IsKnownPeer", false);
        ((ObjectNode) report.at("/IPAM/Entries/1")).put("Peer", "00:00:00:00:00:07");
        OverlayTable table = table(report);
        assertThat(ask(table, "10.40.128.0")).isEqualTo(Nowhere.UNKNOWN);
        assertThat(ask(table, "10.40.9.9"))
                .as("not a's, although a has what is around it")
                .isEqualTo(Nowhere.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'Elector':true}", "null"})
    void aRingThatIsNotReadyHasNoAddresses(String paxos) throws Exception {
        ((ObjectNode) report.get("IPAM")).set("Paxos", JSON.readTree(paxos.replace('\'', '"')));
        if (paxos.equals("null")) {
            ((ObjectNode) report.get("IPAM")).putNull("Entries");
        }
        assertThat(ask(table(report), "10.40.128.0")).isEqualTo(Nowhere.UNKNOWN);
        assertThat(WeaveTable.revision(WeaveReport.read(bytes(report.toString()))))
                .isEqualTo("ring not ready");
    }

    @Test
    void claimsThatAreNotSettledAreUnknown() throws Exception {
        ((ObjectNode) report.get("IPAM"))
                .set(
                        "PendingClaims",
                        JSON.readTree(
                                "[{\"Ident\":\"x\",\"CIDR\":\"10.40.200.1/16\"},{\"CIDR\":{\"Addr\":\"10.40.200.2\",\"PrefixLen\":16}},{}]"));
        OverlayTable table = table(report);
        assertThat(ask(table, "10.40.200.1")).isEqualTo(Nowhere.UNKNOWN);
        assertThat(ask(table, "10.40.200.2")).isEqualTo(Nowhere.UNKNOWN);
        assertThat(ask(table, "10.40.200.3")).isEqualTo(B);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.40.0.0-10.40.255.255", "10.40.0.0/16"})
    void rangesOfOldAndNewVersions(String range) throws Exception {
        ((ObjectNode) report.get("IPAM")).put("Range", range);
        report.set(
                "DNS",
                object("{'Entries':[" + name(PEER_A, "10.40.128.5", 0) + "," + name(PEER_A, "10.41.0.0", 0) + "]}"));
        assertThat(ask(table(report), "10.40.128.5")).isEqualTo(B);
        assertThat(ask(table(report), "10.41.0.0")).isEqualTo(A);
    }

    @Test
    void anEncryptedNetworkIsNotBypassedUnlessAskedFor() throws Exception {
        ((ObjectNode) report.get("Router")).put("Encryption", true);
        assertThat(ask(table(report), "10.40.128.0")).isEqualTo(Nowhere.ENCRYPTED);
        OverlayTable asked = WeaveTable.of(WeaveReport.read(bytes(report.toString())), null, true);
        assertThat(ask(asked, "10.40.128.0")).isEqualTo(B);
    }

    @Test
    void anEncryptedConnectionToOnePeer() throws Exception {
        ((ObjectNode) report.at("/Router/Connections/0")).put("Info", "encrypted   fastdp 00:00:00:00:00:02(hB)");
        assertThat(ask(table(report), "10.40.128.0")).isEqualTo(Nowhere.ENCRYPTED);
        assertThat(ask(table(report), "10.40.0.1")).isEqualTo(A);
    }

    @Test
    void thisHostsAddressCanBeGiven() throws Exception {
        OverlayTable table =
                WeaveTable.of(WeaveReport.read(bytes(report.toString())), Prefix.address("192.168.77.11"), false);
        assertThat(ask(table, "10.40.0.1")).isEqualTo(on("192.168.77.11"));
    }

    @Test
    void aRingThatOverlapsIsNone() {
        ((ObjectNode) report.at("/IPAM/Entries/0")).put("Size", 2314);
        assertThatThrownBy(() -> table(report)).hasMessageContaining("10.40.9.9 overlaps");
    }

    @Test
    void theWholeAddressSpace() throws Exception {
        ((ObjectNode) report.get("IPAM"))
                .set(
                        "Entries",
                        JSON.readTree("[{\"Token\":\"0.0.0.0\",\"Size\":4294967296,\"Peer\":\"" + PEER_B
                                + "\",\"IsKnownPeer\":true}]"));
        assertThat(ask(table(report), "0.0.0.0")).isEqualTo(B);
        assertThat(ask(table(report), "255.255.255.255")).isEqualTo(B);
        ((ObjectNode) report.at("/IPAM/Entries/0")).put("Token", "0.0.0.1");
        assertThatThrownBy(() -> table(report)).hasMessageContaining("no range");
    }
}
