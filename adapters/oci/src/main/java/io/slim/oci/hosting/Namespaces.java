package io.slim.oci.hosting;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Network namespaces are told apart by their numbers: one has many names. */
final class Namespaces {

    private Namespaces() {}

    static long number(Path namespace) throws NotServedException {
        try {
            return (Long) Files.getAttribute(namespace, "unix:ino");
        } catch (IOException e) {
            throw new NotServedException("its network namespace " + namespace + " cannot be read: " + e, e);
        }
    }

    /** Whether the file is there and stands for that namespace. */
    static boolean isNumber(Path namespace, long number) {
        try {
            return number(namespace) == number;
        } catch (NotServedException e) {
            return false;
        }
    }
}
