package io.slim.router.confine;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/** The 128-bit key that client's and server's kernel share for one grant. Never printed. */
public final class GrantKey {

    /** Bytes of a key. */
    public static final int LENGTH = 16;

    private final byte[] bytes;

    private GrantKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A key that a peer has sent.
     *
     * @throws IllegalArgumentException if it has not 16 bytes
     */
    public static GrantKey of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("key of a grant: " + bytes.length + " bytes (expected: " + LENGTH + ")");
        }
        return new GrantKey(bytes.clone());
    }

    /** A new key. */
    public static GrantKey random(SecureRandom random) {
        byte[] bytes = new byte[LENGTH];
        random.nextBytes(bytes);
        return new GrantKey(bytes);
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GrantKey key && MessageDigest.isEqual(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "GrantKey";
    }
}
