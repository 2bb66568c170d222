package io.slim.nri;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What is applied to a cluster is what Kubernetes' API has, and what the plug-in understands. */
class ManifestsTest {

    private static final Path DIRECTORY = Path.of("src/main/kubernetes");
    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "Namespace", Namespace.class,
            "ServiceAccount", ServiceAccount.class,
            "ClusterRole", ClusterRole.class,
            "ClusterRoleBinding", ClusterRoleBinding.class,
            "DaemonSet", DaemonSet.class,
            "ConfigMap", ConfigMap.class);

    private static List<Object> documents(String file) throws IOException {
        return load(Files.readString(DIRECTORY.resolve(file)));
    }

    /** YAML, of which JSON is a part. */
    private static List<Object> load(String text) {
        List<Object> all = new ArrayList<>();
        new Load(LoadSettings.builder().build()).loadAllFromString(text).forEach(all::add);
        return all;
    }

    /** Fields that the API does not have are found: the model keeps them apart, in a map that its type does not declare. */
    @Test
    void everyFieldIsOneOfTheApi() throws IOException {
        Map<?, ?> kustomization = (Map<?, ?>) documents("kustomization.yaml").get(0);
        List<?> resources = (List<?>) kustomization.get("resources");
        assertThat(resources).isNotEmpty();
        for (Object file : resources) {
            for (Object document : documents(file.toString())) {
                Map<?, ?> given = (Map<?, ?>) document;
                HasMetadata read = Serialization.unmarshal(Serialization.asJson(given), KINDS.get(given.get("kind")));
                assertThat(read.getApiVersion()).isEqualTo(given.get("apiVersion"));
                assertThat(Unknown.in(read)).as(file + " " + read.getKind()).isEmpty();
                assertThat(plain(load(Serialization.asJson(read)).get(0)))
                        .as("nothing was left out")
                        .isEqualTo(plain(given));
            }
        }
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                    resources.stream().map(Object::toString),
                                    Stream.of("kustomization.yaml", "settings.yaml"))
                            .toList());
        }
    }

    /** The model leaves out what is empty, as a map of a volume's is, and has some numbers as texts. */
    private static Object plain(Object tree) {
        if (tree instanceof Map<?, ?> map) {
            Map<String, Object> fields = new TreeMap<>();
            map.forEach((key, value) -> {
                Object inside = plain(value);
                if (!inside.equals(Map.of()) && !inside.equals(List.of())) {
                    fields.put(key.toString(), inside);
                }
            });
            return fields;
        }
        return tree instanceof List<?> list
                ? list.stream().map(ManifestsTest::plain).toList()
                : String.valueOf(tree);
    }

    /** Every mount has its volume, and the files of settings are where the settings say. */
    @Test
    void theParts() throws IOException {
        DaemonSet set = Serialization.unmarshal(
                Serialization.asJson(documents("daemonset.yaml").get(0)), DaemonSet.class);
        var pod = set.getSpec().getTemplate().getSpec();
        assertThat(pod.getVolumes().stream().map(Volume::getName))
                .containsExactlyInAnyOrderElementsOf(pod.getContainers().get(0).getVolumeMounts().stream()
                        .map(VolumeMount::getName)
                        .toList());
        // Mounted by the runtime into pods, from the host's paths: they must be the same inside.
        for (String name : List.of("run-slim", "lib-slim", "nri")) {
            Volume volume = pod.getVolumes().stream()
                    .filter(one -> one.getName().equals(name))
                    .findFirst()
                    .orElseThrow();
            assertThat(pod.getContainers().get(0).getVolumeMounts()).anySatisfy(mount -> {
                assertThat(mount.getName()).isEqualTo(name);
                assertThat(mount.getMountPath()).isEqualTo(volume.getHostPath().getPath());
            });
        }
    }

    @Test
    void theSettings() {
        NriConfiguration configuration = new NriConfiguration(
                DIRECTORY.resolve("settings.yaml"), Map.of("SLIM_ROUTER_HOST_ADDRESS", "192.168.77.1"));
        assertThat(configuration.hosting().router().controlTls()).isPresent();
        assertThat(configuration.hosting().prefixes()).contains("10.244.0.0/16");
        assertThat(configuration.socket()).isEqualTo(Path.of("/var/run/nri/nri.sock"));
    }
}
