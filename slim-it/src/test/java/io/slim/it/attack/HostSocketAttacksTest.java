package io.slim.it.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.testbed.Container;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What containers try with the host sockets that they have: reach or be something else, set and read options, see the host's addresses. The same programs
 * run a second time, and what refuses is taken away between their getting the sockets and their using them: then each attack succeeds.
 */
@RequiresHost(
        programs = {"gcc", "ss"},
        slim = true)
class HostSocketAttacksTest {
    private static final String PORT = "7500";
    private static final String NEIGHBOURS_PORT = "7600";
    private static final int CHILDREN = 4;

    private static final String[] REFUSING = {
        "connect4",
        "connect6",
        "bind4",
        "bind6",
        "setsockopt",
        "getsockopt",
        "ingress",
        "getsockname4",
        "getsockname6",
        "getpeername4",
        "getpeername6"
    };

    /**
     * What Linux itself does not let anybody do; SO_ORIGINAL_DST is there only with connection tracking, and overlay addresses are nowhere without the
     * program.
     */
    private static final Predicate<String> KERNELS_OWN =
            name -> Set.of("connect-twice", "connect-ipv4-address").contains(name)
                    || name.endsWith("SO_ORIGINAL_DST")
                    || name.startsWith("anothers-destination")
                    || name.matches("(client|child|shadow)-sets-TCP_FASTOPEN(_CONNECT)?");

    private static AttackLab lab;
    private static Map<String, String> confined;
    private static Map<String, String> control;

    @BeforeAll
    static void attack() throws IOException {
        lab = new AttackLab(TestBed.builder());
        Running unusedFirst = lab.secret(lab.host(1));
        Running unusedSecond = lab.secret(lab.host(2));
        Running unusedServer = lab.serve(lab.container(2), PORT);
        Running unusedNeighbour = lab.serve(lab.container(5), NEIGHBOURS_PORT);
        for (int family : new int[] {4, 6}) {
            // What c4 may reach is in the map of the kernel that c1 shares with it.
            Running unusedCall =
                    lab.call(lab.container(4), family, AttackLab.address(lab.container(5), family), NEIGHBOURS_PORT, 1);
        }
        confined = run("confined", false);
        control = run("control", true);
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    /** All programs at once, IPv4 and IPv6; what each attack has come to, by name and IP version. */
    private static Map<String, String> run(String name, boolean withoutPrograms) throws IOException {
        Path go = lab.bed().directory().resolve(name + ".go");
        Path end = lab.bed().directory().resolve(name + ".end");
        List<Running> all = new ArrayList<>();
        List<Running> listening = new ArrayList<>();
        for (String family : List.of("4", "6")) {
            String port = (withoutPrograms ? "75" : "76") + "4" + family;
            Container server = lab.container(2);
            String destination = AttackLab.address(server, Integer.parseInt(family));
            String host = lab.host(1).address();
            Running child =
                    start(server, go, end, "child", family, port, lab.host(2).address(), AttackLab.SECRET_PORT);
            child.waitForOutput("its shadow", AttackLab.SOON, output -> output.contains("ready"));
            listening.add(child);
            listening.add(start(lab.container(1), go, end, "listen", family, destination, PORT));
            all.add(start(lab.container(1), go, end, "look", family, destination, PORT, host));
            String foreign = AttackLab.address(lab.container(5), Integer.parseInt(family));
            all.add(start(
                    lab.container(1),
                    go,
                    end,
                    "aim",
                    family,
                    destination,
                    PORT,
                    host,
                    AttackLab.SECRET_PORT,
                    foreign,
                    NEIGHBOURS_PORT));
            Running unusedCall = lab.call(lab.container(4), Integer.parseInt(family), destination, port, CHILDREN);
        }
        all.addAll(listening);
        all.forEach(each -> await(each, "prepared"));
        if (withoutPrograms) {
            lab.detach(lab.host(1), REFUSING);
            lab.detach(lab.host(2), REFUSING);
        }
        Files.createFile(go);
        listening.forEach(each -> await(each, "listening"));
        knock();
        Files.createFile(end);
        return outcomes(all);
    }

    private static Running start(Container container, Path go, Path end, String... arguments) {
        return lab.start(
                container
                        .shell()
                        .with("SLIM_SOCKET", container.host().directory() + "/slim.sock")
                        .with("ATTACK_GO", go.toString())
                        .with("ATTACK_END", end.toString()),
                arguments);
    }

    private static void await(Running program, String word) {
        program.waitForOutput(word, AttackLab.SOON, output -> output.contains(word));
    }

    /** From a host that has no grant. */
    private static void knock() {
        for (int number : new int[] {1, 2}) {
            String[] ports = lab.strangePorts(lab.host(number));
            assertThat(ports).isNotEmpty();
            lab.run(
                    lab.host(3).shell(),
                    Stream.concat(Stream.of("knock", lab.host(number).address()), Stream.of(ports))
                            .toArray(String[]::new));
        }
    }

    private static Map<String, String> outcomes(List<Running> all) {
        Map<String, String> outcomes = new TreeMap<>();
        for (Running program : all) {
            program.waitFor(AttackLab.SOON)
                    .orThrow()
                    .stdout()
                    .lines()
                    .map(line -> line.split(" ", 3))
                    .filter(words -> words.length == 3)
                    .forEach(words -> outcomes.put(words[0] + " IPv" + words[1], words[2]));
        }
        return outcomes;
    }

    /** Those of a kind that have not come to what was expected. */
    private static Map<String, String> others(
            Map<String, String> outcomes, Predicate<String> names, Predicate<String> expected) {
        Map<String, String> some = outcomes.entrySet().stream()
                .filter(outcome -> names.test(outcome.getKey().split(" ", -1)[0]))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        assertThat(some).isNotEmpty();
        return some.entrySet().stream()
                .filter(outcome -> !expected.test(Objects.requireNonNull(outcome.getValue())))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static void assertRefusedAndReal(Predicate<String> names) {
        assertThat(others(confined, names, outcome -> outcome.startsWith("refused ")))
                .as("not refused")
                .isEmpty();
        assertThat(others(control, names.and(KERNELS_OWN.negate()), outcome -> outcome.startsWith("got ")))
                .as("refused without the programs")
                .isEmpty();
    }

    private static Predicate<String> begins(String... beginnings) {
        return name -> Stream.of(beginnings).anyMatch(name::startsWith);
    }

    @Test
    void socketsReachNothingThatTheyWereNotMadeFor() {
        assertRefusedAndReal(begins(
                "connect",
                "fastopen-",
                "uring-",
                "anothers-",
                "bind-",
                "child-connects",
                "child-binds",
                "shadow-connects"));
    }

    @Test
    void nobodyIsReachedOnASocketThatIsNoShadow() {
        assertRefusedAndReal(begins("client-listens", "child-listens"));
    }

    @Test
    void optionsThatAreNotListedAreNeitherSetNorRead() {
        assertRefusedAndReal(name -> name.contains("-sets-") || name.contains("-reads-"));
    }

    @Test
    void namesShowNoAddressOfTheHost() {
        assertRefusedAndReal(name -> name.endsWith("name") || name.endsWith("SO_PEERNAME"));
    }

    @Test
    void timeStampsComeWithoutTheFrame() {
        assertRefusedAndReal(name -> name.endsWith("-time-stamp"));
    }
}
