package io.slim.router.confine;

import io.slim.router.sys.SystemCallException;
import java.util.Objects;

/** Something that is asked of the kernel's maps. */
@FunctionalInterface
interface KernelCall<T> {

    /** Asks. */
    T call() throws SystemCallException;

    /** Maps that were opened do not fail; if one does, that is a mistake of ours, and whoever asked must not go on. */
    static <T> T of(KernelCall<T> call) {
        try {
            return Objects.requireNonNull(call.call());
        } catch (SystemCallException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }
}
