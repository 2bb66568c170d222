package io.slim.router.container;

import io.netty.channel.unix.FileDescriptor;
import io.slim.router.sys.NetworkNamespaces;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The addresses in a network namespace, from its {@code /proc/net} files (proc_net(5)).
 *
 * <p>The files are opened once, through a process of the container, and then read again and again from their start: the
 * open file belongs to the namespace, not to the process, which may be gone by then. It also keeps the namespace in
 * being, so it is closed with the container's last connection and listener.
 */
final class NamespaceAddresses implements AddressSource {

    /** Longer files are read up to here: a container must not occupy the router with a long list. */
    private static final int MOST_BYTES = 256 * 1024;

    private static final String HOST_ROUTE = "/32 host LOCAL";

    private final FileChannel fibTrie;
    private final @Nullable FileChannel ifInet6;
    private ByteBuffer buffer = ByteBuffer.allocate(4096);

    private NamespaceAddresses(FileChannel fibTrie, @Nullable FileChannel ifInet6) {
        this.fibTrie = fibTrie;
        this.ifInet6 = ifInet6;
    }

    /**
     * Opens the files.
     *
     * @param ifInet6 is not there if the kernel has no IPv6
     */
    static NamespaceAddresses open(Path fibTrie, Path ifInet6) throws IOException {
        FileChannel four = FileChannel.open(fibTrie);
        try {
            return new NamespaceAddresses(four, Files.exists(ifInet6) ? FileChannel.open(ifInet6) : null);
        } catch (IOException e) {
            four.close();
            throw e;
        }
    }

    /** Opens the files of a namespace of which no process is known. */
    static NamespaceAddresses inside(FileDescriptor namespace) throws IOException {
        Path net = Path.of("/proc/thread-self/net");
        return NetworkNamespaces.inside(namespace, () -> open(net.resolve("fib_trie"), net.resolve("if_inet6")));
    }

    @Override
    public Set<InetAddress> read() throws IOException {
        Set<InetAddress> addresses = new HashSet<>();
        parseFibTrie(text(fibTrie), addresses);
        if (ifInet6 != null) {
            parseIfInet6(text(ifInet6), addresses);
        }
        return addresses;
    }

    private String text(FileChannel file) throws IOException {
        buffer.clear();
        int read = file.read(buffer, 0);
        while (read > 0 && buffer.position() < MOST_BYTES) {
            if (!buffer.hasRemaining()) {
                buffer = ByteBuffer.allocate(buffer.capacity() * 2).put(buffer.flip());
            }
            read = file.read(buffer, buffer.position());
        }
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII);
    }

    /** Local addresses are the leaves ({@code |-- 10.32.0.1}) below which a line {@code /32 host LOCAL} stands. */
    static void parseFibTrie(String text, Set<InetAddress> into) throws IOException {
        String leaf = "";
        for (String line : text.split("\n", -1)) {
            String stripped = line.strip();
            if (stripped.startsWith("|-- ")) {
                leaf = stripped.substring("|-- ".length());
            } else if (stripped.equals(HOST_ROUTE)) {
                add(four(leaf), into);
            }
        }
    }

    private static byte[] four(String dotted) throws IOException {
        String[] parts = dotted.split("\\.", -1);
        byte[] address = new byte[4];
        if (parts.length != 4) {
            throw new IOException("fib_trie: " + dotted + " (expected: an IPv4 address)");
        }
        for (int i = 0; i < 4; i++) {
            address[i] = (byte) Integer.parseInt(parts[i]);
        }
        return address;
    }

    /** Each line starts with the address in 32 hexadecimal digits. */
    static void parseIfInet6(String text, Set<InetAddress> into) throws IOException {
        for (String line : text.split("\n", -1)) {
            if (line.length() > 32) {
                add(HexFormat.of().parseHex(line, 0, 32), into);
            }
        }
    }

    private static void add(byte[] bytes, Set<InetAddress> into) throws UnknownHostException {
        InetAddress address = InetAddress.getByAddress(bytes);
        if (!address.isLoopbackAddress() && !address.isLinkLocalAddress()) {
            into.add(address);
        }
    }

    @Override
    public void close() {
        closeQuietly(fibTrie);
        if (ifInet6 != null) {
            closeQuietly(ifInet6);
        }
    }

    private static void closeQuietly(FileChannel file) {
        try {
            file.close();
        } catch (IOException e) {
            throw new AssertionError("closing a file that was only read cannot fail", e);
        }
    }
}
