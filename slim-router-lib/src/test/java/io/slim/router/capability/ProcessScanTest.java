package io.slim.router.capability;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.router.lab.Eventually;
import io.slim.router.lab.RightsProgram;
import io.slim.router.lab.TestContainer;
import io.slim.router.sys.ProcessRights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes in a real network namespace, each with a root directory of its own. */
@Tag("root")
class ProcessScanTest {

    @TempDir
    private Path root;

    private TestContainer container;

    @BeforeEach
    void start() throws Exception {
        container = new TestContainer();
    }

    @AfterEach
    void end() throws Exception {
        container.close();
    }

    private Map<Long, String> scan() throws Exception {
        return new ProcessScan(ProcessRights.here()).run(Set.of(ProcessRights.namespace(container.path())));
    }

    @Test
    void whoHasGivenUpItsRightsIsHarmless() throws Exception {
        try (RightsProgram harmless = new RightsProgram(container, root, "drop")) {
            // It is in the host's pid namespace, where there may be others.
            assertThat(scan().values()).noneMatch(reason -> reason.contains("process " + harmless.pid() + ","));
        }
    }

    @Test
    void aThreadKeepsWhatTheFirstHasGivenUp() throws Exception {
        try (RightsProgram program = new RightsProgram(container, root, "thread", "drop")) {
            assertThat(scan().values())
                    .singleElement()
                    .asString()
                    .contains("its process " + program.pid() + ", which", "CAP_NET_ADMIN");
        }
    }

    @Test
    void aThreadGoesOnWhenTheFirstHasEnded() throws Exception {
        try (RightsProgram program = new RightsProgram(container, root, "thread", "drop", "exit")) {
            Eventually.get(
                    () -> Files.readString(Path.of("/proc", "" + program.pid(), "stat")),
                    stat -> stat.contains(") Z "));
            assertThat(scan().values()).singleElement().asString().contains("its process " + program.pid() + ", which");
        }
    }

    @Test
    void aNameOfAnyBytesHidesNothing() throws Exception {
        // No UTF-8; what looks like another line, and like a malformed one.
        for (String name : new String[] {"ff", "0d53746174653a095a", "0d43617050726d3a097a7a"}) {
            try (RightsProgram program = new RightsProgram(container, root, "name=" + name)) {
                assertThat(scan().values()).as(name).singleElement().asString().contains("process " + program.pid());
            }
        }
    }

    @Test
    void whoIsHarmlessIsNotLookedAtAgainButOthersAre() throws Exception {
        ProcessScan scan = new ProcessScan(ProcessRights.here());
        Set<Long> namespaces = Set.of(ProcessRights.namespace(container.path()));
        try (RightsProgram harmless = new RightsProgram(container, root, "drop");
                RightsProgram later = new RightsProgram(container, root, "later")) {
            assertThat(scan.run(namespaces).values()).singleElement().asString().contains("process " + later.pid());
            assertThat(scan.harmless()).contains("" + harmless.pid()).doesNotContain("" + later.pid());
            assertThat(scan.run(namespaces).values()).singleElement().asString().contains("process " + later.pid());
            later.drop();
            assertThat(scan.run(namespaces).values())
                    .noneMatch(reason -> reason.contains("process " + later.pid() + ","));
            assertThat(scan.harmless()).contains("" + harmless.pid(), "" + later.pid());
            try (RightsProgram another = new RightsProgram(container, root)) {
                assertThat(scan.run(namespaces).values())
                        .singleElement()
                        .asString()
                        .contains("process " + another.pid());
            }
        }
        scan.run(namespaces);
        assertThat(scan.harmless()).as("who has ended is forgotten").isEmpty();
    }
}
