package io.slim.standalone.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Whether a router runs here, or could be started: its sockets and its directories. */
final class RouterCheck implements Check {

    private final Path socket;
    private final Path stateDirectory;
    private final Optional<InetAddress> host;
    private final int controlPort;
    private final Function<Path, Optional<String>> probe;

    /** Asks by a probe that tells why no router answers at a socket. */
    RouterCheck(
            Path socket,
            Path stateDirectory,
            Optional<InetAddress> host,
            int controlPort,
            Function<Path, Optional<String>> probe) {
        this.socket = socket;
        this.stateDirectory = stateDirectory;
        this.host = host;
        this.controlPort = controlPort;
        this.probe = probe;
    }

    @Override
    public List<Finding> run() {
        if (Files.exists(socket)) {
            Optional<String> problem = probe.apply(socket);
            return List.of(
                    problem.isEmpty()
                            ? Finding.ok("router", "answers at " + socket)
                            : Finding.warn(
                                    "router",
                                    socket + " is there but nobody answers: " + problem.get(),
                                    "start it (slim router), or restart it if it hangs"));
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok("router", "does not run (nothing at " + socket + ")"));
        findings.add(directory("socket directory", socket.toAbsolutePath().getParent(), "socket"));
        findings.add(directory("state directory", stateDirectory, "state-dir"));
        host.ifPresent(address -> findings.add(controlPort(address)));
        return findings;
    }

    /** The nearest directory that is there must be writable; the router makes the rest. */
    private static Finding directory(String name, Path directory, String setting) {
        Path there = directory;
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        return there != null && Files.isDirectory(there) && Files.isWritable(there)
                ? Finding.ok(name, directory.toString())
                : Finding.fail(
                        name, there + " is not writable, or no directory", "choose another one (" + setting + ")");
    }

    private Finding controlPort(InetAddress address) {
        try (ServerSocket server = new ServerSocket()) {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(address, controlPort));
            return Finding.ok("control port", controlPort + " is free");
        } catch (IOException e) {
            return Finding.fail(
                    "control port",
                    address.getHostAddress() + ":" + controlPort + ": " + e.getMessage(),
                    "see who has it: ss -ltnp 'sport = :" + controlPort + "'; or choose another one (control-port)"
                            + " on all hosts");
        }
    }
}
