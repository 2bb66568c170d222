package io.slim.router.container;

import io.netty.channel.unix.FileDescriptor;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.NetworkNamespaces;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A network namespace that is kept open, and thereby in being, until {@link #close}. */
public final class HeldNamespace implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HeldNamespace.class);

    private final FileDescriptor descriptor;
    private final long number;
    private final long cookie;
    private final @Nullable AddressSource source;

    private HeldNamespace(FileDescriptor descriptor, long number, long cookie, @Nullable AddressSource source) {
        this.descriptor = descriptor;
        this.number = number;
        this.cookie = cookie;
        this.source = source;
    }

    /**
     * Opens the namespace that a file stands for.
     *
     * @param readable whether its addresses will be asked for
     * @throws IOException if it is none, or if it cannot be entered
     */
    public static HeldNamespace open(Path file, boolean readable) throws IOException {
        FileDescriptor descriptor = Descriptors.openReadOnly(file);
        try {
            if (!NetworkNamespaces.isOne(descriptor)) {
                throw new IOException("this is no network namespace, or no longer one");
            }
            long cookie = NetworkNamespaces.cookieInside(descriptor);
            AddressSource source = readable ? NamespaceAddresses.inside(descriptor) : null;
            return new HeldNamespace(descriptor, NetworkNamespaces.number(descriptor), cookie, source);
        } catch (IOException e) {
            Descriptors.close(descriptor);
            throw e;
        }
    }

    /**
     * Opens the namespace of a caller.
     *
     * @param readable whether its addresses will be asked for
     * @param recognise whether others may be taken for its container by their socket's cookie
     * @throws IOException if the caller is gone, or not what it was
     */
    static HeldNamespace of(Caller caller, boolean readable, boolean recognise) throws IOException {
        return of(caller, readable, descriptor -> {
            // Read in any case: the rehearsal is to warm all of this up.
            long cookie = cookieOf(descriptor);
            return recognise ? cookie : 0;
        });
    }

    /** Opens the namespace of a caller, of which the cookie is known. */
    static HeldNamespace again(Caller caller, long cookie) throws IOException {
        return of(caller, true, descriptor -> cookie);
    }

    private static HeldNamespace of(Caller caller, boolean readable, ToLongFunction<FileDescriptor> cookie)
            throws IOException {
        FileDescriptor descriptor = caller.openNamespace();
        AddressSource source = null;
        try {
            source = readable ? caller.openAddresses() : null;
            caller.confirm();
            return new HeldNamespace(descriptor, caller.namespace(), cookie.applyAsLong(descriptor), source);
        } catch (IOException e) {
            Descriptors.close(descriptor);
            if (source != null) {
                source.close();
            }
            throw e;
        }
    }

    /** Without the right to enter it, callers are known by their processes alone. */
    private static long cookieOf(FileDescriptor descriptor) {
        try {
            return NetworkNamespaces.cookieInside(descriptor);
        } catch (IOException e) {
            LOG.debug("the namespace's cookie cannot be read", e);
            return 0;
        }
    }

    FileDescriptor descriptor() {
        return descriptor;
    }

    /** See {@link NetworkNamespaces#number}. */
    public long number() {
        return number;
    }

    /** See {@link NetworkNamespaces#cookie}; 0 if it is not known. */
    public long cookie() {
        return cookie;
    }

    Set<InetAddress> addresses() throws IOException {
        return source == null ? Set.of() : source.read();
    }

    @Override
    public void close() {
        if (source != null) {
            source.close();
        }
        Descriptors.close(descriptor);
    }
}
