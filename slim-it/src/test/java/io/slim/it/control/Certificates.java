package io.slim.it.control;

import io.slim.testbed.Host;
import io.slim.testbed.TestBed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An authority and the certificates of hosts, made with openssl as an operator would. */
final class Certificates {

    private static final List<String> NEW_KEY =
            List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2");

    private final Path directory;

    /** Makes the authority; all files go with the test-bed. */
    Certificates(TestBed bed) throws IOException {
        directory = Files.createDirectories(bed.directory().resolve("tls"));
        openssl(NEW_KEY, "req", "-x509", "-subj", "/CN=lab", "-keyout", "ca.key", "-out", "ca.pem");
    }

    /** Gives a host a certificate for an address, its own or another's, and returns the options for its router. */
    String[] issue(Host host, String address) throws IOException {
        String name = host.name();
        Files.writeString(directory.resolve(name + ".ext"), "subjectAltName=IP:" + address + "\n");
        openssl(NEW_KEY, "req", "-subj", "/CN=" + name, "-keyout", name + ".key", "-out", name + ".csr");
        openssl(
                List.of("-CA", "ca.pem", "-CAkey", "ca.key", "-days", "2"),
                "x509",
                "-req",
                "-in",
                name + ".csr",
                "-CAcreateserial",
                "-extfile",
                name + ".ext",
                "-out",
                name + ".new");
        Files.move(
                directory.resolve(name + ".new"),
                directory.resolve(name + ".pem"),
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        return new String[] {
            "--control-cert=" + directory.resolve(name + ".pem"),
            "--control-key=" + directory.resolve(name + ".key"),
            "--control-ca=" + directory.resolve("ca.pem")
        };
    }

    private void openssl(List<String> more, String... arguments) throws IOException {
        List<String> command = new java.util.ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        command.addAll(more);
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
