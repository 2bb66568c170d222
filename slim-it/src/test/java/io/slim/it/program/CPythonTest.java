package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.RoutedLab;
import io.slim.testbed.Container;
import io.slim.testbed.Finished;
import io.slim.testbed.Running;
import io.slim.testbed.Shell;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** CPython's own tests of its network modules give the same results with the shim as without, test by test. */
@RequiresHost(programs = "python3", slim = true)
class CPythonTest {
    private static final int MOST_AGAIN = 3;
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String LOOPBACK_TOO = "10.32.0.0/12,fd00:32::/64,127.0.0.0/8,::1/128";
    /** Makes the tests that ask for an address take that of TEST_HOST. */
    private static final Path CUSTOMISATION = Path.of("src/test/python/cpython").toAbsolutePath();

    @RegisterExtension
    static final RoutedLab lab = RoutedLab.forPrograms();

    private static Pair sockets;
    private static Pair loops;

    /** All at once: most of their time they wait. */
    @BeforeAll
    static void start() throws IOException {
        Shell slim = Shim.in(lab.server());
        sockets = start(
                "sockets",
                at(lab.client(), lab.client().shell()),
                at(lab.server(), slim),
                "test_socket",
                "test_socketserver");
        loops = start(
                "loops",
                lab.client().shell(),
                slim.with("SLIM_PREFIX", LOOPBACK_TOO),
                "test_selectors",
                "test_asyncio",
                "test_ssl");
    }

    /** They speak to the container's own address, so that those connections take the host path whose listener has been seen waiting. */
    @Test
    void testsOfSocketsDoNotNoticeTheHostPath() throws Exception {
        String decisions = compare(sockets, 700);
        assertThat(times("shadow for " + lab.server().address(), decisions)).isGreaterThan(100);
        assertThat(times("host path to", decisions)).isPositive();
    }

    /** They insist on loopback addresses: the shim is told that these are the overlay's, so that it takes every socket for its own. */
    @Test
    void testsOfEventLoopsDoNotNoticeTheShim() throws Exception {
        String decisions = compare(loops, 2000);
        assertThat(times("to 127.0.0.1:", decisions)).isGreaterThan(100);
    }

    private static Shell at(Container container, Shell shell) {
        return shell.with("PYTHONPATH", "" + CUSTOMISATION).with("TEST_HOST", container.address());
    }

    private static int times(String text, String log) {
        return log.split(text, -1).length - 1;
    }

    /** The same modules without the shim and with it, each run with a directory of its own. */
    private record Pair(Path directory, Running plain, Running slim, Shell again) {
        Path of(String run) {
            return directory.resolve(run);
        }
    }

    private static Pair start(String name, Shell plain, Shell slim, String... modules) throws IOException {
        Path directory = Files.createDirectory(lab.bed().directory().resolve(name));
        Path expected = Files.createDirectory(directory.resolve("plain"));
        Path actual = Files.createDirectory(directory.resolve("slim"));
        Shell logged = slim.with("SLIM_LOG", "" + directory.resolve("decisions"));
        return new Pair(directory, start(plain, expected, modules), start(logged, actual, modules), logged);
    }

    /** Returns what the shim has logged. */
    private static String compare(Pair runs, int fewest) throws Exception {
        Map<String, String> expected = results(runs.plain(), runs.of("plain"));
        Map<String, String> actual = results(runs.slim(), runs.of("slim"));
        assertThat(expected).hasSizeGreaterThan(fewest);
        List<String> others = expected.keySet().stream()
                .filter(test -> !expected.get(test).equals(actual.get(test)))
                .toList();
        if (others.size() <= MOST_AGAIN) {
            others.forEach(test -> actual.put(test, again(runs, test)));
        }
        assertThat(actual).isEqualTo(expected);
        return Files.readString(runs.of("decisions"));
    }

    /** Many have limits of a second, which is little where two processors run all this at a time: CPython's own runs repeat what failed, too. */
    private static String again(Pair runs, String test) {
        String[] names = test.split("\\.", 3); // test.module.Class.method
        Finished run = runs.again().exec(python(), "-m", "test", "-v", "-u", "network", "-m", "*" + names[2], names[1]);
        System.out.println(test + " was run again:\n" + run.stdout() + run.stderr());
        return run.exitCode() == 0 ? "passed" : "failed twice";
    }

    private static Running start(Shell shell, Path directory, String... modules) {
        // Some tests interrupt themselves, which whoever started all this in the background may have had ignored.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT", python(), "-m", "test"));
        // VSOCK knows no namespaces: the two runs would meet.
        command.addAll(List.of("-u", "network", "-i", "*VSOCK*", "-j" + modules.length));
        command.addAll(List.of("--tempdir", "" + directory, "--junit-xml", "" + directory.resolve("results.xml")));
        command.addAll(List.of(modules));
        return shell.start(command.toArray(String[]::new));
    }

    /** The one in PATH may have been installed without its tests. */
    private static String python() {
        return Stream.of("python3", "/usr/bin/python3")
                .filter(python -> lab.client()
                                .exec(python, "-c", "import test.test_socket")
                                .exitCode()
                        == 0)
                .findFirst()
                .orElseThrow(
                        () -> new AssertionError("CPython's tests are not there (install libpython3.*-testsuite)"));
    }

    /** Each test's outcome: what is in its element besides its output, or "passed". */
    private static Map<String, String> results(Running run, Path directory) throws Exception {
        String said = run.waitFor(LIMIT).stdout();
        Path file = directory.resolve("results.xml");
        assertThat(file).as(() -> "results; python says:\n" + said).exists();
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
        NodeList tests = document.getElementsByTagName("testcase");
        Map<String, String> results = new TreeMap<>();
        IntStream.range(0, tests.getLength())
                .mapToObj(i -> (Element) tests.item(i))
                .forEach(test ->
                        results.merge(test.getAttribute("name"), outcome(test), (one, other) -> one + ", " + other));
        return results;
    }

    private static String outcome(Element test) {
        NodeList parts = test.getChildNodes();
        return IntStream.range(0, parts.getLength())
                .mapToObj(parts::item)
                .map(Node::getNodeName)
                .filter(part -> !part.startsWith("system-") && !part.startsWith("#"))
                .findFirst()
                .orElse("passed");
    }
}
