package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.RoutedLab;
import io.slim.testbed.Running;
import io.slim.testbed.Shell;
import io.slim.testbed.junit.RequiresHost;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * CPython's own tests of its network modules give the same results with the shim as without, test by test. They work on loopback addresses; these are made
 * overlay addresses, so that the shim takes every socket for its own.
 */
@Tag("extended")
@RequiresHost(slim = true)
class CPythonTest {
    private static final List<String> MODULES =
            List.of("test_socket", "test_selectors", "test_asyncio", "test_socketserver", "test_ssl");
    private static final int FEWEST_TESTS = 3000;
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final String PREFIXES = "10.32.0.0/12,fd00:32::/64,127.0.0.0/8,::1/128";

    @RegisterExtension
    static final RoutedLab lab = new RoutedLab();

    @Test
    void itsNetworkTestsDoNotNoticeTheShim() throws Exception {
        // Both at once, in the two containers.
        Running plain = start(lab.client().shell(), "plain");
        Running slim = start(Shim.in(lab.server()).with("SLIM_PREFIX", PREFIXES), "slim");
        Map<String, String> expected = results(plain, "plain");
        Map<String, String> actual = results(slim, "slim");
        assertThat(expected).hasSizeGreaterThan(FEWEST_TESTS);
        assertThat(actual).isEqualTo(expected);
    }

    /** VSOCK knows no namespaces: the two runs would meet. */
    private static Running start(Shell shell, String name) throws Exception {
        Path directory = Files.createDirectory(lab.bed().directory().resolve(name));
        String python = Stream.of("python3", "/usr/bin/python3")
                .filter(candidate -> lab.client()
                                .exec(candidate, "-c", "import test.test_socket")
                                .exitCode()
                        == 0)
                .findFirst()
                .orElseThrow(
                        () -> new AssertionError("CPython's tests are not there (install libpython3.*-testsuite)"));
        // Some tests interrupt themselves, which whoever started all this in the background may have had ignored.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT", python, "-m", "test"));
        command.addAll(List.of("-u", "network", "-i", "*VSOCK*", "-j" + MODULES.size()));
        command.addAll(List.of("--tempdir", "" + directory, "--junit-xml", "" + directory.resolve("results.xml")));
        command.addAll(MODULES);
        return shell.start(command.toArray(String[]::new));
    }

    /** Each test's outcome: what is in its element besides its output, or "passed". */
    private static Map<String, String> results(Running run, String name) throws Exception {
        String said = run.waitFor(LIMIT).stdout();
        Path file = lab.bed().directory().resolve(name).resolve("results.xml");
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
