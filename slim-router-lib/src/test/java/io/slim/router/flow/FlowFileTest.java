package io.slim.router.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlowFileTest {

    @TempDir
    private Path directory;

    @Test
    void whatWasMovedAwayIsLeftAlone() throws Exception {
        Path path = directory.resolve("flows");
        Files.writeString(path, "earlier\n");
        try (FlowFile file = new FlowFile(path, 1000)) {
            file.look();
            file.write(List.of("one"));
            Files.move(path, directory.resolve("moved"));
            file.look();
            file.write(List.of("two"));
            Files.delete(path);
            file.look();
            file.write(List.of("three"));
        }
        assertThat(directory.resolve("moved")).hasContent("earlier\none");
        assertThat(path).hasContent("three");
    }

    @Test
    void itHasABound() throws Exception {
        Path path = directory.resolve("flows");
        try (FlowFile file = new FlowFile(path, 10)) {
            file.write(List.of("1234", "5678", "9abc", "def0", "1"));
        }
        assertThat(directory.resolve("flows.1")).hasContent("9abc\ndef0");
        assertThat(path).hasContent("1");
    }

    @Test
    void afterAFailureItGoesOn() throws Exception {
        Path inside = directory.resolve("later");
        try (FlowFile file = new FlowFile(inside.resolve("flows"), 1000)) {
            assertThatThrownBy(() -> file.write(List.of("lost"))).isInstanceOf(IOException.class);
            Files.createDirectory(inside);
            file.look();
            file.write(List.of("kept"));
        }
        assertThat(inside.resolve("flows")).hasContent("kept");
    }
}
