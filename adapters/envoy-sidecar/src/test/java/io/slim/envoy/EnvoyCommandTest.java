package io.slim.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvoyCommandTest {

    @TempDir
    private Path directory;

    private Path program() throws Exception {
        Path program = Files.createFile(directory.resolve("envoy"));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program;
    }

    @Test
    void isFoundInPathAndToldWhereToWriteItsAdminAddress() throws Exception {
        Path program = program();
        EnvoyCommand command =
                EnvoyCommand.of(List.of("envoy", "-c", "x", "--restart-epoch", "1"), "/nowhere:" + directory);
        assertThat(command.line())
                .containsExactly(
                        program.toString(),
                        "-c",
                        "x",
                        "--restart-epoch",
                        "1",
                        "--admin-address-path",
                        command.adminAddressFile().toString());
        assertThat(command.isFileOurs()).isTrue();
        Files.delete(command.adminAddressFile());
    }

    @Test
    void aFileOfTheCallersStays() throws Exception {
        String program = program().toString();
        for (List<String> line :
                List.of(List.of(program, "--admin-address-path", "/a"), List.of(program, "--admin-address-path=/a"))) {
            EnvoyCommand command = EnvoyCommand.of(line, "");
            assertThat(command.line()).isEqualTo(line);
            assertThat(command.adminAddressFile()).isEqualTo(Path.of("/a"));
            assertThat(command.isFileOurs()).isFalse();
        }
    }

    @Test
    void endsAsAShellWouldIfThereIsNone() throws Exception {
        Path text = Files.createFile(directory.resolve("text"));
        refused(127, "no program");
        refused(127, "PATH", "no-such-envoy");
        refused(127, "/nowhere/envoy: no such program", "/nowhere/envoy");
        refused(126, text + ": cannot be executed", text.toString());
    }

    private void refused(int exitCode, String says, String... command) {
        assertThatExceptionOfType(EnvoyNotStartedException.class)
                .isThrownBy(() -> EnvoyCommand.find(List.of(command), directory.toString()))
                .withMessageContaining(says)
                .matches(refusal -> refusal.exitCode() == exitCode);
    }
}
