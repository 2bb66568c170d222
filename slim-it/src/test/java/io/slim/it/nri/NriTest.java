package io.slim.it.nri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slim.it.OverlayWatch;
import io.slim.testbed.Traffic;
import io.slim.testbed.junit.RequiresHost;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods of containerd with one annotation: past the overlay, with the overlay's names; all others as ever. */
@RequiresHost(
        programs = {"gcc", "runc", "iperf3"},
        built = {"target/containerd-1/usr/bin/containerd", "target/containerd-2/usr/bin/containerd"},
        slim = true)
class NriTest {

    @RegisterExtension
    static final NriLab lab = new NriLab();

    /** Until the server listens. */
    private static String iperf(Pod client, String container, Pod server, String amount) {
        return client.exec(
                container,
                "sh",
                "-c",
                "i=0; until iperf3 -c " + server.ip() + " -n " + amount
                        + "; do i=$((i+1)); [ $i -lt 50 ] || exit 1; done");
    }

    @Test
    void podsThatAskForItTakeTheHostPath() {
        Pod server = Pod.run(lab.second(), Pod.SLIM);
        server.start("server", "iperf3", "-s");
        Pod client = Pod.run(lab.first(), Pod.SLIM);
        String container = client.start("client", "sleep", "1000");
        assertThat(client.hasSlim(container)).isTrue();
        lab.awaitHostPath("iperf3", () -> iperf(client, container, server, "1M"));
        OverlayWatch overlay = OverlayWatch.start(lab.bed());
        String said = iperf(client, container, server, "256M");
        overlay.assertUnused();
        assertThat(said).contains("local " + client.ip() + " ", "connected to " + server.ip() + " port 5201");
        lab.firstPlugin().awaitRegistered("the client's pod", client.shortId());
        client.stop();
        lab.firstPlugin().awaitRegistered("none");
    }

    /** The other way round, and with one that has not asked at either end. */
    @Test
    void whoHasNotAskedIsServedAsEver() {
        Pod slim = Pod.run(lab.second(), Pod.SLIM);
        String with = slim.start("both", "iperf3", "-s");
        Pod plain = Pod.run(lab.first(), Map.of());
        String without = plain.start("both", "iperf3", "-s");
        assertThat(plain.hasSlim(without)).isFalse();
        assertThat(plain.configuration(without)).doesNotContain("slim-lib");
        OverlayWatch overlay = OverlayWatch.start(lab.bed());
        iperf(plain, without, slim, "1M");
        iperf(slim, with, plain, "1M");
        overlay.assertUsed();
        lab.firstPlugin().awaitRegistered("nobody");
    }

    @Test
    void namespacesContainersAndTheHostsNetwork() {
        Pod listed = Pod.run(lab.first(), "slim-apps", Map.of(), false);
        assertThat(listed.hasSlim(listed.create("one", "sleep", "1"))).isTrue();
        Pod unwilling = Pod.run(lab.first(), "slim-apps", Map.of("io.slim.enable", "false"), false);
        assertThat(unwilling.hasSlim(unwilling.create("one", "sleep", "1"))).isFalse();
        Map<String, String> allButOne = new HashMap<>(Pod.SLIM);
        allButOne.put("io.slim.enable.old", "false");
        Pod mixed = Pod.run(lab.second(), allButOne);
        assertThat(mixed.hasSlim(mixed.create("new", "sleep", "1"))).isTrue();
        assertThat(mixed.hasSlim(mixed.create("old", "sleep", "1"))).isFalse();
        Pod onHost = Pod.run(lab.second(), "slim-apps", Pod.SLIM, true);
        assertThat(onHost.hasSlim(onHost.create("one", "sleep", "1"))).isFalse();
        lab.secondPlugin().awaitRegistered("one pod", mixed.shortId());
    }

    @Test
    void aStaticProgramHasNoUseForIt() {
        Pod pod = Pod.run(lab.second(), Pod.SLIM);
        String first = pod.start("first", "/pause");
        assertThat(lab.secondPlugin().log()).contains("/pause is static: it loads no libraries, and so no shim");
        assertThat(pod.hasSlim(first)).as("nobody knew yet").isTrue();
        assertThat(pod.hasSlim(pod.create("second", "/pause"))).isFalse();
    }

    @Test
    void whoCannotDoWithoutIsToldWhyNot() {
        Map<String, String> annotations = new HashMap<>(Pod.SLIM);
        annotations.put("io.slim.require", "true");
        annotations.put("io.slim.mode", "non-secure");
        Pod pod = Pod.run(lab.first(), annotations);
        assertThatThrownBy(() -> pod.create("one", "sleep", "1"))
                .hasMessageContaining("io.slim.require=true")
                .hasMessageContaining("non-secure (expected: secure, as the router is)");
    }

    /** A server and a sidecar. */
    @Test
    void containersOfOnePodTalkOverTheirOwnLoopback() {
        Pod pod = Pod.run(lab.first(), Pod.SLIM);
        pod.start("server", "iperf3", "-s");
        String sidecar = pod.start("sidecar", "sleep", "1000");
        Traffic before = lab.first().host().hostTraffic();
        String said = pod.exec(
                sidecar,
                "sh",
                "-c",
                "i=0; until iperf3 -c 127.0.0.1 -n 64M; do i=$((i+1)); [ $i -lt 50 ] || exit 1; done");
        assertThat(said).contains("connected to 127.0.0.1 port 5201");
        assertThat(lab.first().host().hostTraffic().since(before).bytes()).isLessThan(100_000);
        lab.firstPlugin().awaitRegistered("the pod, once", pod.shortId());
    }
}
