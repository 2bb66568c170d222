package io.slim.samples.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the guide shows is what is compiled and tested here. */
class GuideTest {

    @ParameterizedTest
    @ValueSource(strings = {"LinesSource", "LinesResolverProvider"})
    void theGuideShowsTheWholeClass(String name) throws Exception {
        Path sources = Path.of("src/main/java/io/slim/samples/resolver");
        String guide = Files.readString(Path.of("../../docs/writing-a-resolver.md"));
        assertThat(guide).contains("```java\n" + Files.readString(sources.resolve(name + ".java")) + "```");
    }
}
