package io.slim.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slim.testbed.junit.RequiresHost;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever way a test-bed ends, nothing of it stays. */
@RequiresHost(programs = {"ip", "bridge", "nsenter", "setsid"})
final class CleanUpTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void closeRemovesEverythingAndMayBeRepeated() {
        TestBed bed = TestBed.builder().build();
        Running program = bed.container(1).start("sleep", "1000");
        // It has left its parent, its process group and its session: only the namespace tells whose it is.
        bed.container(1).exec("setsid", "--fork", "sleep", "1001").orThrow();
        // Each enters the namespace a moment after it was started.
        Eventually.await(
                "two in the namespace",
                SOON,
                () -> NamespaceProcesses.in(bed.name() + "-c1").size() == 2);
        List<Long> processes = NamespaceProcesses.in(bed.name() + "-c1");

        bed.close();
        bed.close();

        assertThat(program.isAlive()).isFalse();
        assertThat(processes).noneMatch(CleanUpTest::runs);
        assertNothingIsLeftOf(bed.name());
        assertThatThrownBy(() -> bed.container(1).start("true")).hasMessageContaining("closed");
    }

    @Test
    void theNextTestBedRemovesThatOfAKilledProcess() throws Exception {
        String name = "killed-" + ProcessHandle.current().pid();
        Process owner = startOwner(name);
        List<Long> processes = NamespaceProcesses.in(name + "-c1");
        assertThat(processes).hasSize(1);

        owner.destroyForcibly().waitFor();
        assertThat(namespacesOf(name)).hasSize(4);
        TestBed.builder().build().close();

        assertThat(processes).noneMatch(CleanUpTest::runs);
        assertNothingIsLeftOf(name);
    }

    @Test
    void anInterruptedProcessRemovesItsTestBedItself() throws Exception {
        String name = "interrupted-" + ProcessHandle.current().pid();
        Process owner = startOwner(name);
        assertThat(namespacesOf(name)).hasSize(4);

        owner.destroy();
        owner.waitFor();

        assertNothingIsLeftOf(name);
    }

    @Test
    void theTestBedOfARunningProcessIsLeftAlone() throws Exception {
        String name = "running-" + ProcessHandle.current().pid();
        Process owner = startOwner(name);
        try {
            TestBed.builder().build().close();

            assertThat(namespacesOf(name)).hasSize(4);
            assertThatThrownBy(() -> TestBed.builder().name(name).build()).hasMessageContaining(name);
            assertThat(namespacesOf(name)).hasSize(4);
        } finally {
            owner.destroy();
            owner.waitFor();
        }
    }

    @Test
    void oneThatStaysIsFoundAndReplacedAndRemoved() {
        String name = "kept-" + ProcessHandle.current().pid();
        try {
            TestBed.builder().name(name).keep().build();
            assertThat(TestBed.find(name))
                    .hasValueSatisfying(bed -> assertThat(bed.hosts()).hasSize(2));

            TestBed.builder().name(name).hosts(3).keep().build();
            assertThat(TestBed.find(name))
                    .hasValueSatisfying(bed -> assertThat(bed.hosts()).hasSize(3));

            Tool.run("", "ip", "netns", "del", name + "-h1");
            assertThat(TestBed.find(name)).isEmpty();
        } finally {
            TestBed.destroy(name);
        }
        assertNothingIsLeftOf(name);
        TestBed.destroy(name);
    }

    @Test
    void whatFailsHalfWayIsRemoved(@TempDir Path programs) throws Exception {
        String name = "half-" + ProcessHandle.current().pid();
        Path bridge = Files.writeString(programs.resolve("bridge"), "#!/bin/sh\necho out of order\nexit 1\n");
        assertThat(bridge.toFile().setExecutable(true)).isTrue();
        ProcessBuilder builder = owner(name).redirectErrorStream(true);
        builder.environment().merge("PATH", programs.toString(), (path, first) -> first + ":" + path);

        Process owner = builder.start();
        String output = new String(owner.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(owner.waitFor()).isEqualTo(1);
        assertThat(output).contains("\"bridge -n " + name + "-h1 -batch -\" failed with exit code 1: out of order");
        assertNothingIsLeftOf(name);
    }

    private static Process startOwner(String name) throws IOException {
        Process owner =
                owner(name).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var output = new BufferedReader(new InputStreamReader(owner.getInputStream(), StandardCharsets.UTF_8));
        assertThat(output.readLine()).isEqualTo("ready");
        return owner;
    }

    private static ProcessBuilder owner(String name) {
        return new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dslim.basedir=" + System.getProperty("slim.basedir", ""),
                Owner.class.getName(),
                name);
    }

    /** A killed process whose parent has not taken notice yet has a number, but no program any more. */
    private static boolean runs(long pid) {
        try {
            Files.readSymbolicLink(Path.of("/proc/" + pid + "/exe"));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static List<String> namespacesOf(String name) {
        return new StateDirectory(name).namespaces();
    }

    private static void assertNothingIsLeftOf(String name) {
        assertThat(namespacesOf(name)).isEmpty();
        assertThat(StateDirectory.ROOT.resolve(name)).doesNotExist();
    }

    /** A process that has a test-bed, runs a program in it, and waits to be ended. */
    static final class Owner {
        private Owner() {}

        public static void main(String[] arguments) throws InterruptedException {
            TestBed bed = TestBed.builder().name(arguments[0]).build();
            Running program = bed.container(1).start("sleep", "1000");
            Eventually.await("the program is in the container", SOON, () -> NamespaceProcesses.in(arguments[0] + "-c1")
                    .contains(program.pid()));
            System.out.println("ready");
            Thread.currentThread().join();
        }
    }
}
