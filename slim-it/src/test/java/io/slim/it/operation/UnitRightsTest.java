package io.slim.it.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.HostPath;
import io.slim.testbed.Container;
import io.slim.testbed.Host;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import io.slim.testbed.junit.TestBedExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The capabilities that the systemd unit leaves to the router are enough. */
@RequiresHost(programs = "setpriv", slim = true)
class UnitRightsTest {

    private static final String KEY = "CapabilityBoundingSet=";

    @RegisterExtension
    static final TestBedExtension lab = new TestBedExtension(TestBed.builder().hosts(2));

    private final List<Running> routers = new ArrayList<>();

    @AfterEach
    void stop() {
        routers.forEach(Running::kill);
    }

    private static String boundingSet() throws Exception {
        Path unit =
                Path.of(System.getProperty("slim.basedir"), "adapters/standalone/src/main/systemd/slim-router.service");
        return Files.readAllLines(unit).stream()
                .filter(line -> line.startsWith(KEY))
                .flatMap(line -> Stream.of(line.substring(KEY.length()).split(" ", -1)))
                .map(name -> "+" + name.replace("CAP_", "").toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(",", "-all,", ""));
    }

    @Test
    void connectionsTakeTheHostPath() throws Exception {
        List<String> confined = List.of("setpriv", "--no-new-privs", "--bounding-set=" + boundingSet());
        for (Host host : lab.bed().hosts()) {
            Running router = SlimCommand.in(host.shell())
                    .start(SlimCommand.line(
                            confined,
                            "router",
                            host.address(),
                            "--resolver=static:" + lab.bed().resolverFile(),
                            "--socket=" + host.directory().resolve("slim.sock"),
                            "--state-dir=" + host.directory(),
                            "--accept-capable=c1,c2",
                            "--control-insecure",
                            "--connect-deadline-ms=4000"));
            routers.add(router);
            router.waitForOutput("greeting", Duration.ofSeconds(20), output -> output.contains("slim router ready"));
        }
        for (Container container : lab.bed().containers()) {
            Host host = container.host();
            SlimCommand.in(host.shell())
                    .exec(SlimCommand.line(
                            List.of(),
                            "register",
                            container.name(),
                            "--netns=/run/netns/" + lab.bed().name() + "-" + container.name(),
                            "--address=" + container.address(),
                            "--state-dir=" + host.directory()))
                    .orThrow();
        }
        HostPath.awaitReady(lab.bed(), lab.bed().container(1), lab.bed().container(2));
        assertThat(routers).allMatch(Running::isAlive);
    }
}
