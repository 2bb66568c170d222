package io.slim.api;

import java.nio.file.Path;
import java.util.Objects;

/**
 * The files with which a router proves to others which host it speaks for, and checks what they say. All PEM, all absolute
 * paths. They are read at the start and again whenever they change; a replacement that cannot be used changes nothing.
 *
 * @param certificates this host's certificate, then those that lead to an authority. Its subject alternative names must
 *     have the host address; an extended key usage, if it has one, must allow server and client
 * @param key the private key of the first certificate, PKCS #8, not encrypted
 * @param authorities certificates of the authorities whose word counts for other hosts
 */
public record ControlTls(Path certificates, Path key, Path authorities) {

    /** Checks for nulls. */
    public ControlTls {
        Objects.requireNonNull(certificates, "certificates");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(authorities, "authorities");
    }
}
