package io.slim.standalone.doctor;

import io.slim.api.RouterMode;
import io.slim.router.settings.RouterSettings;
import io.slim.router.settings.Settings;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * All checks for a router.
 *
 * @param settings of the router; may be wrong
 * @param trial opens all that is configured and closes it again, or throws with all that is wrong
 * @param probe why no router answers at a socket; empty if one does
 * @param libraryDirectory where the shim is installed
 * @param peers hosts whose routers must be reached
 */
public record Examination(
        Settings settings,
        Runnable trial,
        Function<Path, Optional<String>> probe,
        Path libraryDirectory,
        List<InetAddress> peers) {

    /** Runs all checks. */
    public Report run() {
        Optional<InetAddress> host = settings.get(RouterSettings.HOST_ADDRESS);
        int controlPort = settings.get(RouterSettings.CONTROL_PORT).orElse(1);
        List<Check> checks = new ArrayList<>(List.of(
                new KernelCheck(),
                new CapabilityCheck(),
                new DescriptorCheck(),
                new ClockCheck(),
                new ConfigurationCheck(trial),
                new HostAddressCheck(host)));
        settings.get(RouterSettings.LISTEN_PORTS).ifPresent(range -> checks.add(new PortCheck(range)));
        settings.get(RouterSettings.SOCKET)
                .ifPresent(socket -> checks.add(new RouterCheck(
                        socket,
                        settings.get(RouterSettings.STATE_DIRECTORY).orElse(socket.resolveSibling("state")),
                        host,
                        controlPort,
                        probe)));
        checks.add(new ShimCheck(libraryDirectory));
        boolean plainText = settings.get(RouterSettings.CONTROL_INSECURE).orElse(false);
        peers.forEach(peer -> checks.add(new PeerCheck(peer, controlPort, host, plainText)));
        RouterMode mode = settings.get(RouterSettings.MODE).orElse(RouterMode.SECURE);
        checks.add(new SecureModeCheck(mode == RouterMode.SECURE));
        return new Report(checks.stream().flatMap(check -> check.run().stream()).toList());
    }
}
