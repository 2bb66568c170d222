package io.slim.router.journal;

import io.slim.api.RouterConfig;
import io.slim.router.observe.RareLog;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that says which listeners have a shadow, for the router's successor on this host: containers keep their shadows when a router
 * ends, however that happens. One line is appended for each change and the file is written anew when most of it is history.
 * Only the event loop touches it.
 *
 * <p>Nothing is synced to the disk: shadows do not outlive the kernel that would lose what was written. If the file cannot be written
 * (disk full), listeners are served all the same; it is tried again, as a whole, at a later change.
 */
public final class ListenerJournal {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerJournal.class);

    /** A longer file is not of a router that works; it is not read. */
    private static final long LONGEST_FILE = 64L << 20;

    private static final int MOST_HISTORY = 1000;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Path file;
    private final long portRestMillis;
    private final RareLog rareLog = new RareLog(LOG);
    private JournalState state = new JournalState();
    private @Nullable FileChannel channel;
    private int linesWritten;
    private boolean broken;
    private long brokenSince;
    private boolean closed;

    @Inject
    ListenerJournal(RouterConfig config) {
        this(
                config.stateDirectory().resolve("listeners.journal"),
                config.times().portRest().toMillis());
    }

    ListenerJournal(Path file, long portRestMillis) {
        this.file = file;
        this.portRestMillis = portRestMillis;
    }

    /**
     * Reads what the last router has left and goes on with it: what is no longer true must be removed. A line that is not understood
     * is left out.
     */
    public Recovered open() {
        state = read();
        state.forgetRestsOutside(System.currentTimeMillis() - portRestMillis, System.currentTimeMillis());
        rewrite();
        return new Recovered(state.listeners(), state.resting());
    }

    /**
     * What the last router has left.
     *
     * @param listeners that had a shadow
     * @param resting ports that were released, and when, in milliseconds since 1970
     */
    public record Recovered(List<ListenerRecord> listeners, Map<Integer, Long> resting) {}

    private JournalState read() {
        JournalState found = new JournalState();
        try {
            if (Files.size(file) > LONGEST_FILE) {
                throw new IOException(Files.size(file) + " bytes (expected: at most " + LONGEST_FILE + ")");
            }
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            // What follows the last newline was not written to its end.
            read(text.substring(0, text.lastIndexOf('\n') + 1).lines(), found);
        } catch (NoSuchFileException e) {
            LOG.debug("{}: no listeners of an earlier router", file);
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("{}: cannot be read, listeners of an earlier router stay on the overlay: {}", file, e.toString());
        }
        return found;
    }

    private void read(Stream<String> lines, JournalState into) {
        List<String> all = lines.toList();
        if (!all.isEmpty() && !all.get(0).equals(JournalFormat.FIRST_LINE)) {
            LOG.warn(
                    "{}: starts with \"{}\" (expected: \"{}\"); it is not used, listeners of an earlier router stay on the overlay",
                    file,
                    all.get(0),
                    JournalFormat.FIRST_LINE);
            return;
        }
        for (int i = 1; i < all.size(); i++) {
            try {
                JournalFormat.read(all.get(i), into);
            } catch (IllegalArgumentException e) {
                rareLog.warn("line", "{} line {}: \"{}\": {}; left out", file, i + 1, all.get(i), e.getMessage());
            }
        }
    }

    /** A listener has a shadow now. */
    public void added(ListenerRecord listener) {
        state.added(listener);
        append(JournalFormat.added(listener));
        if (listener.armed()) {
            append(JournalFormat.armed(listener.id(), true));
        }
    }

    /** The application waits for a listener, or does no longer. */
    public void armed(long id, boolean armed) {
        state.armed(id, armed);
        append(JournalFormat.armed(id, armed));
    }

    /** A listener is gone. */
    public void removed(long id) {
        state.removed(id);
        append(JournalFormat.removed(id));
    }

    /** The last shadow on a port is gone; the port rests from now on. */
    public void released(int port) {
        long now = System.currentTimeMillis();
        state.rests(port, now);
        append(JournalFormat.rests(port, now));
    }

    private void append(String line) {
        if (closed || (broken && System.nanoTime() - brokenSince < RETRY_NANOS)) {
            return;
        }
        if (channel == null || broken || linesWritten > MOST_HISTORY + 2 * state.size()) {
            rewrite();
            return;
        }
        try {
            write(channel, line + "\n");
            linesWritten++;
        } catch (IOException e) {
            fail(e);
        }
    }

    /** The old file stays in its place until the new one is whole. */
    private void rewrite() {
        state.forgetRestsOutside(System.currentTimeMillis() - portRestMillis, Long.MAX_VALUE);
        Path next = file.resolveSibling(file.getFileName() + ".new");
        List<String> lines = state.lines();
        try {
            FileChannel opened = FileChannel.open(
                    next,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            closeChannel();
            channel = opened;
            write(opened, String.join("\n", lines) + "\n");
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            linesWritten = lines.size();
            if (broken) {
                LOG.info("{}: written again", file);
            }
            broken = false;
        } catch (IOException e) {
            fail(e);
        }
    }

    private void fail(IOException cause) {
        if (!broken) {
            LOG.warn(
                    "{}: cannot be written, listeners made from now on will stay on the overlay after a restart of the router: {}",
                    file,
                    cause.toString());
        }
        broken = true;
        brokenSince = System.nanoTime();
    }

    private static void write(FileChannel to, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    private void closeChannel() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            LOG.debug("close {}", file, e);
        }
        channel = null;
    }

    /** Changes are not written down any more; the file stays for the next router. */
    public void close() {
        closed = true;
        closeChannel();
    }
}
