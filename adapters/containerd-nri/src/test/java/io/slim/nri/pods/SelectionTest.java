package io.slim.nri.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.nri.protocol.Nri.Container;
import io.slim.nri.protocol.Nri.PodSandbox;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who gets Slim, by what the pod says, what is said of its container, and where it is. */
class SelectionTest {

    private final Selection selection = new Selection(Set.of("apps"));

    private static NriPod pod(String namespace, Map<String, String> annotations) {
        return new NriPod(PodSandbox.newBuilder()
                .setNamespace(namespace)
                .putAllAnnotations(annotations)
                .build());
    }

    private boolean wants(NriPod pod, String container, Map<String, String> annotations) {
        NriContainer one = new NriContainer(
                Container.newBuilder()
                        .setName(container)
                        .putAllAnnotations(annotations)
                        .build(),
                true);
        return selection.wants(pod, selection.options(pod, one));
    }

    @Test
    void theNearestWordCounts() {
        NriPod plain = pod("default", Map.of());
        assertThat(wants(plain, "web", Map.of())).isFalse();
        assertThat(wants(plain, "web", Map.of("io.slim.enable", "true"))).isTrue();
        NriPod listed = pod("apps", Map.of());
        assertThat(wants(listed, "web", Map.of())).isTrue();
        assertThat(wants(listed, "web", Map.of("io.slim.enable", "false"))).isFalse();
        NriPod unwilling = pod("apps", Map.of("io.slim.enable", "false", "io.slim.enable.web", "true"));
        assertThat(wants(unwilling, "web", Map.of())).isTrue();
        assertThat(wants(unwilling, "log", Map.of())).isFalse();
        assertThat(selection.wantsAny(unwilling)).isTrue();
        assertThat(selection.wantsAny(plain)).isFalse();
    }

    /** Somebody has tried to say something; so it is looked into, and told. */
    @Test
    void whatIsNotUnderstoodIsNotPassedOver() {
        NriPod unclear = pod("default", Map.of("io.slim.enable", "yes"));
        assertThat(selection.wantsAny(unclear)).isTrue();
        assertThat(selection.options(unclear).problems())
                .containsExactly("annotation io.slim.enable: yes (expected: true or false)");
    }
}
