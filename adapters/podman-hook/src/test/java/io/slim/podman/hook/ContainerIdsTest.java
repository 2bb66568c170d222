package io.slim.podman.hook;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.oci.ContainerConfig;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerIdsTest {

    private static final String POD = "b".repeat(64);
    private static final String ID = "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"linux\":{\"cgroupsPath\":\"/libpod_parent/libpod-ID\"}",
                "\"linux\":{\"cgroupsPath\":\"machine.slice:libpod:ID\"}",
                "\"linux\":{\"cgroupsPath\":\"/libpod_parent/POD/libpod-ID\"}",
                "\"linux\":{\"cgroupsPath\":\"/docker/ID\"}",
                "\"mounts\":[{\"destination\":\"/etc/hostname\",\"source\":\"/run/POD/hostname\"},"
                        + "{\"destination\":\"/run/.containerenv\",\"source\":\"/run/overlay-containers/ID/userdata/.containerenv\"}]",
                "\"mounts\":[{\"destination\":\"/etc/hostname\",\"source\":\"/run/overlay-containers/ID/userdata/hostname\"}]",
                "\"root\":{\"path\":\"/run/overlay-containers/ID/rootfs/merge\"}"
            })
    void isFoundWhereRuntimesPutIt(String part) throws Exception {
        String config = ("{\"process\":{}," + part + "}").replace("ID", ID).replace("POD", POD);
        assertThat(ContainerIds.of(ContainerConfig.parse(config.getBytes(StandardCharsets.UTF_8))))
                .contains(ID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"linux\":{\"cgroupsPath\":\"/mine\"}", "\"root\":{\"path\":\"/LONGER\"}"})
    void isNotMadeUp(String part) throws Exception {
        String config = ("{\"process\":{}," + part + "}").replace("LONGER", ID + "0");
        assertThat(ContainerIds.of(ContainerConfig.parse(config.getBytes(StandardCharsets.UTF_8))))
                .isEmpty();
    }
}
