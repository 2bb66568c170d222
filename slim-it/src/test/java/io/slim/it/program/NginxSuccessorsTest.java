package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.it.RoutedLab;
import io.slim.testbed.Eventually;
import io.slim.testbed.Running;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** nginx hands its listener to new workers (reload) and to a new binary (upgrade) while requests come in. It is a daemon here: others refuse to be upgraded. */
@RequiresHost(
        programs = {"nginx", "wrk"},
        slim = true)
class NginxSuccessorsTest {
    private static final int PORT = 8080;
    private static final int RELOADS = 5;
    private static final int LOAD_SECONDS = 3;
    private static final Duration SOON = Duration.ofSeconds(10);
    /** nginx clears the environment of the new binary but for what it is told to keep. */
    private static final String KEEP_SHIM = "env LD_PRELOAD; env SLIM_SOCKET; env SLIM_PREFIX;";

    @RegisterExtension
    static final RoutedLab lab = RoutedLab.forPrograms();

    private final String url = "http://" + lab.server().address() + ":" + PORT + "/";
    private final Shadows shadows = Shadows.of(lab.server().host());
    private Nginx nginx;

    @AfterEach
    void kill() throws IOException {
        nginx.kill();
    }

    @Test
    void reloadsUnderLoadWithoutAFailedRequest() throws IOException {
        ProcessHandle master = start("reload", "");
        Running load = startLoad();
        for (int i = 0; i < RELOADS; i++) {
            List<ProcessHandle> workers = master.children().toList();
            signal("HUP", master);
            Eventually.await("old workers end", SOON, () -> workers.stream().allMatch(Nginx::hasEnded));
        }
        endLoad(load);
        awaitHostPath();
        stop(master);
    }

    /** The new binary does not get the shim: it has to serve over the overlay, and the shadow has to go. Not under load: who is on the way to the shadow then is refused. */
    @Test
    void isUpgradedToABinaryWithoutTheShim() throws IOException {
        ProcessHandle heir = upgrade(start("plain", ""));
        shadows.awaitNone();
        OverlayWatch overlay = OverlayWatch.start(lab.bed());
        Wrk.run(Shim.in(lab.client()), url, "close");
        overlay.assertUsed();
        stop(heir);
    }

    @Test
    void isUpgradedUnderLoadToABinaryWithTheShim() throws IOException {
        ProcessHandle old = start("shim", KEEP_SHIM);
        Running load = startLoad();
        ProcessHandle heir = upgrade(old);
        endLoad(load);
        awaitHostPath();
        stop(heir);
    }

    private ProcessHandle start(String name, String global) throws IOException {
        nginx = Nginx.configure(lab.bed(), name, global, Nginx.ok("" + PORT));
        Shim.in(lab.server()).exec(nginx.daemonCommand()).orThrow();
        shadows.awaitOffered(PORT, () -> true);
        return nginx.master();
    }

    /** While the old ones wait no more and the new ones not yet, which depends on how busy the machine is, clients take the overlay. */
    private void awaitHostPath() {
        Eventually.await("nginx is reached over the host path", SOON, () -> {
            OverlayWatch overlay = OverlayWatch.start(lab.bed());
            Wrk.run(Shim.in(lab.client()), url, "close");
            return overlay.isUnused();
        });
    }

    /** Starts a new binary, then ends the old one. */
    private ProcessHandle upgrade(ProcessHandle old) throws IOException {
        signal("USR2", old);
        Eventually.await("the old binary steps back", SOON, nginx::hasPredecessor);
        ProcessHandle heir = nginx.master();
        Eventually.await("new workers", SOON, () -> heir.children().count() == 2);
        signal("QUIT", old);
        Eventually.await("the old binary ends", SOON, () -> Nginx.hasEnded(old));
        return heir;
    }

    private Running startLoad() throws IOException {
        Running load = Shim.in(lab.client()).start(Wrk.command(url, "close", LOAD_SECONDS));
        Path log = nginx.directory().resolve("access.log");
        Eventually.await("requests come in", SOON, () -> log.toFile().length() > 0);
        return load;
    }

    private static void endLoad(Running load) {
        assertThat(load.isAlive()).as("there was load all the time").isTrue();
        Wrk.assertFlawless(load.waitFor(SOON));
    }

    private void stop(ProcessHandle master) throws IOException {
        signal("TERM", master);
        Eventually.await("nginx ends", SOON, () -> Nginx.hasEnded(master));
        shadows.awaitNone();
        assertThat(nginx.peers()).containsExactly(lab.client().address());
    }

    private static void signal(String name, ProcessHandle process) {
        lab.server().exec("kill", "-" + name, "" + process.pid()).orThrow();
    }
}
