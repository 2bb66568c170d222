package io.slim.router.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.ResolverHealth;
import io.slim.api.resolver.ResolverProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolverPlugInsTest {

    private static final String PROVIDER = """
            package other;
            import io.slim.api.resolver.*;
            public class Provider implements ResolverProvider {
                public String name() { return "other"; }
                public OverlayResolver create(String argument) {
                    String said = argument + " " + org.yaml.Library.VERSION + " "
                            + Thread.currentThread().getContextClassLoader().getName();
                    return new OverlayResolver() {
                        public Resolution resolve(java.net.InetAddress address) { return Resolution.Nowhere.UNKNOWN; }
                        public io.slim.api.Subscription onChange(Runnable listener) { return () -> {}; }
                        public ResolverHealth health() { return new ResolverHealth(true, said); }
                        public void close() {}
                    };
                }
            }
            """;

    @TempDir
    private Path directory;

    @Test
    void aDirectoryIsAResolverWithItsOwnLibraries() throws Exception {
        plugIn("other", PROVIDER);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (OverlayResolver resolver =
                ResolverProvider.open("other:hello", ResolverPlugIns.all(directory.resolve("resolvers")))) {
            assertThat(resolver.health()).isEqualTo(new ResolverHealth(true, "hello its own slim-resolver-other"));
        }
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }

    @Test
    void whatIsNotChosenIsNotLoaded() throws Exception {
        Files.createDirectories(directory.resolve("resolvers/broken"));
        assertThat(ResolverPlugIns.all(directory.resolve("resolvers")))
                .extracting(ResolverProvider::name)
                .contains("static", "broken");
        assertThatThrownBy(() -> ResolverProvider.open("broken:", ResolverPlugIns.all(directory.resolve("resolvers"))))
                .hasMessageContaining("no resolver of the name broken");
        assertThat(ResolverPlugIns.all(directory.resolve("none")))
                .extracting(ResolverProvider::name)
                .contains("static");
    }

    private void plugIn(String name, String source) throws IOException {
        Path sources = Files.createDirectories(directory.resolve("src/other"));
        Path library = Files.createDirectories(directory.resolve("src/org/yaml"));
        Files.writeString(sources.resolve("Provider.java"), source);
        Files.writeString(
                library.resolve("Library.java"),
                "package org.yaml; public class Library { public static final String VERSION = \"its own\".strip(); }");
        Path classes = Files.createDirectories(directory.resolve("classes"));
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-d",
                        classes.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        sources.resolve("Provider.java").toString(),
                        library.resolve("Library.java").toString());
        assertThat(failed).isZero();
        Path services = Files.createDirectories(classes.resolve("META-INF/services"));
        Files.writeString(services.resolve(ResolverProvider.class.getName()), "other.Provider\n");
        Path jar =
                Files.createDirectories(directory.resolve("resolvers/" + name)).resolve("provider.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                var files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, out);
            }
        }
    }
}
