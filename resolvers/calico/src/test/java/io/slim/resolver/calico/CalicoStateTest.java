package io.slim.resolver.calico;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slim.api.resolver.Resolution;
import io.slim.api.resolver.Resolution.Nowhere;
import io.slim.api.resolver.table.Prefix;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CalicoStateTest {

    private static final Resolution A = Resolution.on(Prefix.address("192.168.1.10"));
    private static final Resolution B = Resolution.on(Prefix.address("192.168.1.11"));

    private CalicoState state = new CalicoState(CalicoOptions.parse("etcd=http://x:1"));

    @BeforeEach
    void twoNodes() {
        node("a", Calico.node("a", "192.168.1.10/24"));
        node("b", Calico.node("b", "192.168.1.11/24"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void node(String name, String json) {
        state.node(name, () -> CalicoJson.node(CalicoJson.tree(bytes(json))));
    }

    private void block(String cidr, String json) {
        state.block(Calico.blockKey(cidr), () -> CalicoJson.block(CalicoJson.tree(bytes(json))));
    }

    private void pool(String name, String json) {
        state.pool(name, () -> CalicoJson.pool(CalicoJson.tree(bytes(json))));
    }

    private Resolution ask(String address) {
        return state.table().resolve(Prefix.address(address));
    }

    @Test
    void blocksBorrowedAddressesAndTunnels() {
        block(
                "10.244.1.0/26",
                Calico.block(
                        "10.244.1.0/26",
                        "b",
                        Map.of(0, "!vxlanTunnelAddress:b", 1, "b", 2, "a", 3, "", 4, "gone", 63, "a")));
        assertThat(ask("10.244.1.1")).isEqualTo(B);
        assertThat(ask("10.244.1.2")).as("borrowed").isEqualTo(A);
        assertThat(ask("10.244.1.63")).as("borrowed, the last one").isEqualTo(A);
        assertThat(ask("10.244.1.0")).as("a tunnel's").isEqualTo(Nowhere.UNKNOWN);
        assertThat(ask("10.244.1.3")).as("without a node").isEqualTo(B);
        assertThat(ask("10.244.1.4")).as("of a node that is not there").isEqualTo(Nowhere.UNKNOWN);
        assertThat(ask("10.244.1.9")).as("free").isEqualTo(B);
        assertThat(ask("10.244.1.64")).isEqualTo(Nowhere.UNKNOWN);
    }

    @Test
    void aBlockThatIsNobodysHasOnlyWhatIsTaken() {
        block("10.244.1.0/26", Calico.block("10.244.1.0/26", "", Map.of(5, "a")));
        assertThat(ask("10.244.1.5")).isEqualTo(A);
        assertThat(ask("10.244.1.6")).isEqualTo(Nowhere.UNKNOWN);
        block("10.244.1.0/26", Calico.block("10.244.1.0/26", "x", Map.of()).replace("host:x", "virtual:lb"));
        assertThat(ask("10.244.1.6")).isEqualTo(Nowhere.UNKNOWN);
    }

    @Test
    void whatIsDeletedOrGivenBackDoesNotCount() {
        String block = Calico.block("10.244.1.0/26", "b", Map.of(5, "a"));
        block("10.244.1.0/26", block.replace("\"handle_id\"", "\"releasedAt\":\"2026-01-01T00:00:00Z\",\"handle_id\""));
        assertThat(ask("10.244.1.5")).isEqualTo(B);
        block("10.244.1.0/26", block.replace("\"deleted\":false", "\"deleted\":\"true\""));
        assertThat(ask("10.244.1.5")).isEqualTo(Nowhere.UNKNOWN);
    }

    @Test
    void whereNodesAre() {
        block("10.244.1.0/26", Calico.block("10.244.1.0/26", "b", Map.of()));
        block("fd00::40/122", Calico.block("fd00::40/122", "b", Map.of(1, "a")));
        assertThat(ask("fd00::42")).as("a node without IPv6").isEqualTo(B);
        assertThat(ask("fd00::41")).isEqualTo(A);
        node("b", "{\"spec\":{\"bgp\":{\"ipv4Address\":\"192.168.1.11\",\"ipv6Address\":\"fd01::11/64\"}}}");
        assertThat(ask("fd00::42")).isEqualTo(Resolution.on(Prefix.address("fd01::11")));
        node(
                "b",
                "{\"spec\":{\"addresses\":[{\"address\":\"1.2.3.4\",\"type\":\"ExternalIP\"},"
                        + "{\"address\":\"192.168.1.12\",\"type\":\"InternalIP\"},{\"address\":\"b\",\"type\":\"Hostname\"}]}}");
        assertThat(ask("10.244.1.7")).isEqualTo(Resolution.on(Prefix.address("192.168.1.12")));
        node("b", "{}");
        assertThat(ask("10.244.1.7")).isEqualTo(Nowhere.UNKNOWN);
    }

    @Test
    void anyBlocksNodeCanBeReachedOverOneFamily() {
        state = new CalicoState(CalicoOptions.parse("etcd=http://x:1,node-address=ipv4"));
        node("b", "{\"spec\":{\"bgp\":{\"ipv4Address\":\"192.168.1.11\",\"ipv6Address\":\"fd01::11/64\"}}}");
        block("fd00::40/122", Calico.block("fd00::40/122", "b", Map.of()));
        assertThat(ask("fd00::42")).isEqualTo(B);
    }

    @Test
    void addressesOutsideOfAllPoolsAreNoOverlayAddresses() {
        block("10.244.1.0/26", Calico.block("10.244.1.0/26", "b", Map.of()));
        pool("one", Calico.pool("10.244.0.0/16", "Always"));
        assertThat(ask("10.244.1.1")).isEqualTo(B);
        assertThat(ask("10.245.0.1")).isEqualTo(Nowhere.NOT_OVERLAY);
    }

    @Test
    void whatIsNotEncapsulatedCanBeLeftAlone() {
        state = new CalicoState(CalicoOptions.parse("etcd=http://x:1,encapsulated-only=true,host=192.168.1.10"));
        twoNodes();
        node("c", Calico.node("c", "192.168.2.12/24"));
        pool("never", Calico.pool("10.243.0.0/16", "Never"));
        pool("cross", Calico.pool("10.244.0.0/16", "CrossSubnet"));
        pool("always", Calico.pool("10.245.0.0/16", "Always"));
        for (String net : new String[] {"10.243", "10.244", "10.245"}) {
            block(net + ".1.0/26", Calico.block(net + ".1.0/26", "b", Map.of()));
            block(net + ".2.0/26", Calico.block(net + ".2.0/26", "c", Map.of()));
        }
        Resolution onC = Resolution.on(Prefix.address("192.168.2.12"));
        assertThat(ask("10.243.1.1")).isEqualTo(Nowhere.NOT_OVERLAY);
        assertThat(ask("10.244.1.1")).as("in our network").isEqualTo(Nowhere.UNKNOWN);
        assertThat(ask("10.244.2.1")).isEqualTo(onC);
        assertThat(ask("10.245.1.1")).isEqualTo(B);
        assertThat(ask("10.245.2.1")).isEqualTo(onC);
    }

    @Test
    void wireGuardEncrypts() {
        block("10.244.1.0/26", Calico.block("10.244.1.0/26", "b", Map.of(2, "a")));
        node(
                "b",
                Calico.node("b", "192.168.1.11/24").replaceFirst("\\{", "{\"status\":{\"wireguardPublicKey\":\"k\"},"));
        assertThat(ask("10.244.1.1")).isEqualTo(Nowhere.ENCRYPTED);
        assertThat(ask("10.244.1.2")).isEqualTo(A);
    }

    @Test
    void aValueThatCannotBeReadIsGoneAndSaid() {
        block("10.244.1.0/26", Calico.block("10.244.1.0/26", "b", Map.of()));
        for (String nonsense : new String[] {
            "", "<html>", "{\"cidr\":\"10.244.1.0/26\"", "{}", "null", "[]", "{\"cidr\":\"10.244.1.7/26\"}"
        }) {
            block("10.244.1.0/26", nonsense);
            assertThat(ask("10.244.1.1")).as(nonsense).isEqualTo(Nowhere.UNKNOWN);
            assertThat(state.remark()).as(nonsense).contains("not understood: 1", "10.244.1.0-26");
        }
        block("10.244.1.0/26", Calico.block("10.244.1.0/26", "b", Map.of()));
        assertThat(ask("10.244.1.1")).isEqualTo(B);
        assertThat(state.remark()).isEmpty();
    }

    @Test
    void tellsWhatIsWrongWithItsOptions() {
        assertThatThrownBy(() -> CalicoOptions.parse("ca=x,user=u,cert=c,node-address=ipv5,encapsulated-only=true"))
                .hasMessageContainingAll(
                        "etcd", "user and password-file", "cert and key", "node-address=ipv5", "host=ADDRESS");
    }

    @Test
    void anAddressCanBePastTheNextByte() {
        Block block = new Block("10.244.0.0/20", null, java.util.List.of(), java.util.List.of(), false);
        assertThat(block.address(4095)).isEqualTo(Prefix.address("10.244.15.255"));
    }
}
