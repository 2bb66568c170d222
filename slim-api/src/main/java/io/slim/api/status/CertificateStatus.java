package io.slim.api.status;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The certificate that this host shows to the routers of others.
 *
 * @param file that it was read from
 * @param expires when those refuse it
 * @param trouble what is wrong, or soon will be, with it or with the files that shall replace it; empty if nothing is
 */
public record CertificateStatus(Path file, Instant expires, Optional<String> trouble) {

    /** Checks for null. */
    public CertificateStatus {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(expires, "expires");
        Objects.requireNonNull(trouble, "trouble");
    }
}
