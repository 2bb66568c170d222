package io.slim.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObstaclesTest {

    private static final String NAMESPACES = "\"linux\":{\"namespaces\":[{\"type\":\"network\"}]}";
    /** The one program that is there wherever these tests run. */
    private static final Path DYNAMIC = Path.of(System.getProperty("java.home"), "bin", "java");

    @TempDir
    private Path root;

    @BeforeEach
    void makeRoot() throws Exception {
        Files.createDirectories(root.resolve("usr/bin"));
        Files.createSymbolicLink(root.resolve("bin"), Path.of("usr/bin"));
        Files.copy(DYNAMIC, root.resolve("usr/bin/dynamic"));
        byte[] program = Files.readAllBytes(DYNAMIC);
        Files.write(root.resolve("usr/bin/static"), withoutInterpreter(program.clone()));
        program[18] = 8; // MIPS
        Files.write(root.resolve("usr/bin/foreign"), program);
    }

    private static byte[] withoutInterpreter(byte[] elf) {
        int table = elf[32] & 0xff;
        int entries = elf[56];
        for (int i = 0; i < entries; i++) {
            if (elf[table + i * 56] == 3) {
                elf[table + i * 56] = 4;
            }
        }
        return elf;
    }

    private void script(String name, String line) throws Exception {
        Path file = Files.writeString(root.resolve("usr/bin").resolve(name), line + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Optional<String> of(String arguments) throws Exception {
        return of(arguments, "");
    }

    private Optional<String> of(String arguments, String mounts) throws Exception {
        return find("{\"process\":{\"args\":[" + arguments + "],\"env\":[\"PATH=/nowhere:/bin\"]},\"root\":{\"path\":\""
                + root + "\"},\"mounts\":[" + mounts + "]," + NAMESPACES + "}");
    }

    private static Optional<String> find(String config) throws Exception {
        return Obstacles.find(ContainerConfig.parse(config.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void theHostsNetwork() throws Exception {
        assertThat(find("{\"process\":{},\"linux\":{\"namespaces\":[{\"type\":\"pid\"}]}}")
                        .orElseThrow())
                .contains("host's network");
        assertThat(find("{\"process\":{}," + NAMESPACES + "}")).isEmpty();
    }

    @Test
    void staticAndForeignPrograms() throws Exception {
        assertThat(of("\"dynamic\"")).isEmpty();
        assertThat(of("\"/bin/dynamic\"")).isEmpty();
        assertThat(of("\"static\"").orElseThrow()).contains("static is static");
        assertThat(of("\"foreign\"").orElseThrow()).contains("architecture");
        assertThat(of("\"missing\"")).isEmpty();
    }

    @Test
    void interpretersOfScripts() throws Exception {
        script("one", "#!/bin/static -x");
        script("two", "#! /usr/bin/env dynamic");
        script("three", "#!/usr/bin/three");
        assertThat(of("\"one\"").orElseThrow()).contains("/bin/static");
        assertThat(of("\"two\"")).isEmpty();
        assertThat(of("\"three\"")).isEmpty();
    }

    @Test
    void whatAnInitStarts() throws Exception {
        Files.copy(root.resolve("usr/bin/static"), root.resolve("usr/bin/tini"));
        assertThat(of("\"/bin/tini\",\"-g\",\"--\",\"dynamic\"")).isEmpty();
        assertThat(of("\"tini\",\"static\"").orElseThrow()).startsWith("static");
        assertThat(of("\"tini\"").orElseThrow()).startsWith("tini");
    }

    @Test
    void programsInMounts() throws Exception {
        String mount =
                "{\"destination\":\"/opt/app\",\"type\":\"bind\",\"source\":\"" + root.resolve("usr/bin") + "\"}";
        assertThat(of("\"/opt/app/static\"", mount)).isPresent();
        assertThat(of("\"/opt/app/static\"", "{\"destination\":\"/opt/app\",\"type\":\"tmpfs\",\"source\":\"tmpfs\"}"))
                .isEmpty();
    }

    @Test
    void linksDoNotLeadOut() throws Exception {
        Files.createSymbolicLink(root.resolve("usr/bin/out"), Path.of("/../../../.." + DYNAMIC));
        Files.createSymbolicLink(root.resolve("usr/bin/loop"), Path.of("loop"));
        assertThat(of("\"out\"")).isEmpty();
        assertThat(of("\"loop\"")).isEmpty();
    }

    @Test
    void mountsInTheWay() throws Exception {
        assertThat(of("\"dynamic\"", "{\"destination\":\"/run/slim/\",\"type\":\"bind\",\"source\":\"/x\"}")
                        .orElseThrow())
                .contains("/x is mounted at /run/slim/");
        assertThat(of("\"dynamic\"", "{\"destination\":\"/run\",\"type\":\"tmpfs\",\"source\":\"tmpfs\"}"))
                .isEmpty();
    }

    @Test
    void aShimThatIsThere() throws Exception {
        assertThat(find("{\"process\":{\"env\":[\"LD_PRELOAD=/var/lib/slim/libslim.so\"]}," + NAMESPACES + "}")
                        .orElseThrow())
                .contains("has a shim already");
    }
}
