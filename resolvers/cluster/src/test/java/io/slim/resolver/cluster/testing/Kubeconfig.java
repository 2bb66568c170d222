package io.slim.resolver.cluster.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells clients of a server. */
public final class Kubeconfig {

    private Kubeconfig() {}

    /** Writes a file that does so, with a token that nobody checks. */
    public static Path write(Path directory, String url) throws IOException {
        return Files.writeString(directory.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters:
                  - {name: c, cluster: {server: "%s", insecure-skip-tls-verify: true}}
                contexts:
                  - {name: x, context: {cluster: c, user: u}}
                users:
                  - {name: u, user: {token: t}}
                current-context: x
                """.formatted(url));
    }
}
