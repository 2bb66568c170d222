package io.slim.router.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.slim.api.ConfigurationException;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.Resolution;
import io.slim.api.resolver.ResolverProvider;
import io.slim.router.lab.Eventually;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaticResolverTest {

    @TempDir
    private Path directory;

    private Path write(String text) throws Exception {
        return Files.writeString(directory.resolve("hosts.yaml"), text);
    }

    private static Resolution resolve(OverlayResolver resolver, String address) throws Exception {
        return resolver.resolve(InetAddress.getByName(address));
    }

    @Test
    void answersAndReadsAgain() throws Exception {
        Path file =
                write("hosts:\n  10.32.0.1: 192.168.77.1\n  10.40.0.0/16: 192.168.77.2\n  \"fd00::/64\": fd77::1\n");
        InetAddress first = InetAddress.getByName("192.168.77.1");
        InetAddress second = InetAddress.getByName("192.168.77.2");
        try (OverlayResolver resolver = ResolverProvider.open("static:" + file)) {
            assertThat(resolve(resolver, "10.32.0.1").isOn(first)).isTrue();
            assertThat(resolve(resolver, "10.40.1.1").isOn(second)).isTrue();
            assertThat(resolve(resolver, "fd00::7").isOn(InetAddress.getByName("fd77::1")))
                    .isTrue();
            assertThat(resolve(resolver, "10.32.0.2")).isEqualTo(Resolution.Nowhere.UNKNOWN);

            Semaphore changes = new Semaphore(0);
            resolver.onChange(changes::release);
            write("hosts: { 10.32.0.1: nonsense }");
            replace("hosts: { 10.32.0.1: 192.168.77.2 }");
            assertThat(changes.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            assertThat(resolve(resolver, "10.32.0.1").isOn(second)).isTrue();
            assertThat(resolve(resolver, "10.40.1.1")).isEqualTo(Resolution.Nowhere.UNKNOWN);
        }
    }

    private void replace(String text) throws Exception {
        Path other = Files.writeString(directory.resolve("new"), text);
        Files.move(other, directory.resolve("hosts.yaml"), StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void keepsTheLastGoodTable() throws Exception {
        Path file = write("hosts: { 10.32.0.1: 192.168.77.1 }");
        InetAddress host = InetAddress.getByName("192.168.77.1");
        try (OverlayResolver resolver = ResolverProvider.open("static:" + file)) {
            Files.delete(file);
            Semaphore changes = new Semaphore(0);
            resolver.onChange(changes::release);
            assertThat(changes.tryAcquire(1200, TimeUnit.MILLISECONDS)).isFalse();
            assertThat(resolve(resolver, "10.32.0.1").isOn(host)).isTrue();
            write("hosts: { 10.32.0.2: 192.168.77.1 }");
            Eventually.get(() -> resolve(resolver, "10.32.0.2"), answer -> answer.isOn(host));
        }
    }

    @Test
    void tellsAllThatIsWrongAndWhere() throws Exception {
        Path file = write("""
                hosts:
                  10.32.0.1: 192.168.77.1
                  10.32.0.0/33: 192.168.77.1
                  10.33.0.1: not-an-address
                  10.32.0.1: 192.168.77.2
                  10.34.0.1: [1]
                others: 1
                """);
        assertThatThrownBy(() -> ResolverProvider.open("static:" + file))
                .asInstanceOf(type(ConfigurationException.class))
                .extracting(ConfigurationException::getMessage)
                .asString()
                .contains("line 3, column 3: 10.32.0.0/33 (expected: an address or prefix")
                .contains("line 4, column 14: 10.33.0.1: not-an-address (expected: the host's address")
                .contains("line 5, column 3: 10.32.0.1 (expected: each prefix once; it is in line 2 too")
                .contains("line 6, column 14: 10.34.0.1: null")
                .contains("line 7, column 1: others (expected: the key hosts")
                .hasLineCount(5);
    }

    @Test
    void refusesWhatIsNoSuchFile() throws Exception {
        for (String text : new String[] {"", "[1]", "hosts: 1", "other: {}", "hosts: {", "\t"}) {
            Path file = write(text);
            assertThatThrownBy(() -> ResolverProvider.open("static:" + file))
                    .as(text)
                    .isInstanceOf(ConfigurationException.class);
        }
        assertThatThrownBy(() -> ResolverProvider.open("static:/does/not/exist"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("NoSuchFileException");
        assertThatThrownBy(() -> ResolverProvider.open("weave:x")).hasMessageContaining("one of [static");
        assertThatThrownBy(() -> ResolverProvider.open("static")).hasMessageContaining("static:FILE");
    }
}
