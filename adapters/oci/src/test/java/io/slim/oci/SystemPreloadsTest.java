package io.slim.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemPreloadsTest {

    @TempDir
    private Path directory;

    private Path root(String name) throws Exception {
        Path root = directory.resolve(name);
        Files.createDirectories(root.resolve("etc"));
        return root;
    }

    private static Optional<String> with(Path root, String mounts) throws Exception {
        String config = "{\"process\":{},\"root\":{\"path\":\"" + root + "\"},\"mounts\":[" + mounts + "]}";
        return SystemPreloads.with(ContainerConfig.parse(config.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whatTheContainerHasStays() throws Exception {
        Path root = root("merged");
        assertThat(with(root, "")).contains("/run/slim-lib/libslim.so\n");
        Files.writeString(root.resolve("etc/ld.so.preload"), "/lib/mine.so");
        assertThat(with(root, "")).contains("/lib/mine.so\n/run/slim-lib/libslim.so\n");
    }

    @Test
    void somebodysDirectoryIsLeftAlone() throws Exception {
        assertThat(with(root("mine"), "")).isEmpty();
        assertThat(with(root("vfs/dir/0123"), "")).isPresent();
    }

    @Test
    void whatIsMountedThereIsLeftAlone() throws Exception {
        Path root = root("merge");
        assertThat(with(root, "{\"destination\":\"/etc\",\"type\":\"bind\",\"source\":\"/x\"}"))
                .isEmpty();
        assertThat(with(root, "{\"destination\":\"/etc/ld.so.preload\",\"type\":\"bind\",\"source\":\"/x\"}"))
                .isEmpty();
        assertThat(with(root, "{\"destination\":\"/etc/hosts\",\"type\":\"bind\",\"source\":\"/x\"}"))
                .isPresent();
        Files.delete(root.resolve("etc"));
        assertThat(with(root, "")).as("a root without /etc").isEmpty();
    }
}
