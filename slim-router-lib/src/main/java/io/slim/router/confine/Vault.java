package io.slim.router.confine;

import io.netty.channel.unix.FileDescriptor;
import io.slim.router.loop.RouterLoop;
import io.slim.router.loop.Watch;
import io.slim.router.sys.ChildProgram;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.SeqPacketPair;
import io.slim.router.sys.SocketReader;
import io.slim.router.sys.SocketReader.Packet;
import io.slim.router.sys.SocketWriter;
import io.slim.router.sys.SystemCallException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The router's side of one {@code slim-vault} process (slim-shim, vault/vault.h), which makes the sockets of one container inside its cgroup. Only the event
 * loop touches it.
 */
final class Vault {

    /** How many sockets may be asked for at one time. */
    private static final int MOST_WAITING = 256;

    private static final long REAP_MILLIS = 20;
    private static final int EMFILE = 24;
    private static final int EPROTO = 71;
    private static final int EBADFD = 77;

    /** What is asked for, with the IP version: a bare socket, or one for a client, bound and sealed. */
    static final int BARE = 0;

    static final int CLIENT = 0x10;
    private static final int QUEUE = 0x20;

    /** Hears about one socket that was asked for. */
    interface Made {
        /** The socket, owned by whoever is told. */
        void made(FileDescriptor socket);

        void failed(IOException why);
    }

    /** Hears of the vault's beginning and of its end. */
    interface Observer {
        /** It has joined its cgroup. */
        void ready();

        /** It has ended, or could not begin. Called once, unless it is ended by {@link #end}. */
        void ended(IOException why);
    }

    private final String name;
    private final RouterLoop loop;
    private final Observer observer;
    private final FileDescriptor own;
    private final ChildProgram process;
    private final SocketReader reader;
    private final SocketWriter writer;
    /** Those who wait for a socket, in the order of their answers. */
    private final ArrayDeque<Made> waiting = new ArrayDeque<>();

    private final Set<QueueObserver> queues = new LinkedHashSet<>();
    /** What is asked for by those last in {@link #waiting} that the vault has not been asked for yet. */
    private final ArrayDeque<Integer> unasked = new ArrayDeque<>();

    private final byte[] question = new byte[2];
    private @Nullable Watch watch;
    private boolean joined;
    private boolean reaped;
    private boolean ended;

    private Vault(
            String name,
            RouterLoop loop,
            Observer observer,
            FileDescriptor own,
            ChildProgram process,
            SocketReader reader,
            SocketWriter writer) {
        this.name = name;
        this.loop = loop;
        this.observer = observer;
        this.own = own;
        this.process = process;
        this.reader = reader;
        this.writer = writer;
    }

    /**
     * Starts one.
     *
     * @param name of the container, for the log
     * @param program the executable, see {@link ChildProgram#keep}
     * @param host address that clients are bound to
     * @param places directories of the cgroups that it joins
     */
    static Vault start(
            String name,
            FileDescriptor program,
            InetAddress host,
            List<Path> places,
            SocketReader reader,
            SocketWriter writer,
            RouterLoop loop,
            Observer observer)
            throws IOException {
        SeqPacketPair pair = SeqPacketPair.open();
        ChildProgram process;
        try {
            process = ChildProgram.start(program, arguments(host, places), pair.other());
        } catch (IOException e) {
            pair.close();
            throw e;
        }
        Descriptors.close(pair.other());
        Vault vault = new Vault(name, loop, observer, pair.own(), process, reader, writer);
        vault.watch = loop.watch(pair.own(), vault::read);
        return vault;
    }

    static List<String> arguments(InetAddress host, List<Path> places) {
        byte[] address = host.getAddress();
        String mapped = address.length == 16 ? "" : "00000000000000000000ffff";
        List<String> arguments =
                new ArrayList<>(List.of("slim-vault", mapped + HexFormat.of().formatHex(address)));
        places.forEach(place -> arguments.add(place.resolve("cgroup.procs").toString()));
        return arguments;
    }

    /**
     * Asks for a socket; may be asked before the vault is ready. What is asked for in one turn of the event loop is one question.
     *
     * @param what {@link #BARE} or {@link #CLIENT}
     * @param family 4 or 6
     */
    void make(int what, int family, Made callback) {
        if (ended || waiting.size() >= MOST_WAITING) {
            callback.failed(new IOException("vault of " + name + ": "
                    + (ended ? "has ended" : waiting.size() + " sockets are being made already")));
            return;
        }
        waiting.add(callback);
        unasked.add(what | family);
        if (unasked.size() == 1) {
            loop.execute(this::ask);
        }
    }

    /**
     * Has it keep a connection's receive queue, at the other end, filled with clients' sockets; may be asked before it is ready. The connection stays the
     * caller's too, who ends this by shutdown(2).
     *
     * @param most that are queued
     */
    void serve(FileDescriptor connection, int family, int most, QueueObserver observer) throws IOException {
        if (ended) {
            throw new IOException("vault of " + name + " has ended");
        }
        writer.give(own, connection, new byte[] {(byte) (QUEUE | family), (byte) most});
        queues.add(observer);
    }

    /** Its connection is gone. */
    void forget(QueueObserver observer) {
        queues.remove(observer);
    }

    private void ask() {
        while (!ended && !unasked.isEmpty()) {
            int what = unasked.remove();
            int count = 1;
            while (count < SocketReader.MOST && !unasked.isEmpty() && unasked.peek() == what) {
                unasked.remove();
                count++;
            }
            question[0] = (byte) what;
            question[1] = (byte) count;
            try {
                SeqPacketPair.send(own, question);
            } catch (SystemCallException e) {
                failLast(count + unasked.size(), e);
            }
        }
    }

    private void failLast(int count, IOException why) {
        unasked.clear();
        List<Made> failed = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            failed.add(waiting.removeLast());
        }
        failed.forEach(callback -> callback.failed(why));
    }

    private void read() {
        try {
            Packet packet = reader.read(own, false);
            while (packet != null && !ended) {
                take(packet);
                packet = ended ? null : reader.read(own, false);
            }
        } catch (IOException e) {
            stop(e);
        }
    }

    private void take(Packet packet) {
        if (packet.value() < 0) {
            stop(new IOException("vault of " + name + " has ended"));
        } else if (!joined) {
            join(packet.value());
        } else if (packet.count() == 0) {
            news(packet.value());
        } else {
            answer(packet);
        }
    }

    private void news(int error) {
        if (error == EMFILE) {
            // A connection that it was to fill has found no room: nobody knows which, and shims open others.
            List.copyOf(queues).forEach(QueueObserver::ended);
            queues.clear();
        } else if (error == EPROTO) {
            queues.stream().findFirst().ifPresent(QueueObserver::malformed);
        } else {
            IOException why = failure(error);
            queues.stream().findFirst().ifPresent(queue -> queue.pauses(why));
        }
    }

    private IOException failure(int error) {
        return error == EBADFD
                ? new IOException("the programs do not run for a socket of " + name
                        + " (is net_cls or net_prio in use with a kernel before 5.15?)")
                : new SystemCallException("socket in the vault of", name, error);
    }

    private void join(int error) {
        if (error == 0) {
            joined = true;
            observer.ready();
        } else {
            stop(new SystemCallException("joining a cgroup by the vault of", name, error));
        }
    }

    private void answer(Packet packet) {
        for (FileDescriptor socket : packet.descriptors()) {
            Made callback = waiting.poll();
            if (callback == null) {
                Descriptors.close(socket);
            } else {
                callback.made(socket);
            }
        }
        // Those that the vault could not make, or that found no room in our table.
        int error = packet.value() == 0 ? EMFILE : packet.value();
        for (int missing = packet.count() - packet.descriptors().size(); missing > 0; missing--) {
            Made callback = waiting.poll();
            if (callback != null) {
                callback.failed(failure(error));
            }
        }
    }

    private void stop(IOException why) {
        if (!ended) {
            end();
            observer.ended(why);
        }
    }

    /** Ends it; those who wait are told. */
    void end() {
        if (ended) {
            return;
        }
        ended = true;
        if (watch != null) {
            watch.close();
        }
        Descriptors.close(own);
        unasked.clear();
        IOException gone = new IOException("vault of " + name + " has ended");
        for (Made callback = waiting.poll(); callback != null; callback = waiting.poll()) {
            callback.failed(gone);
        }
        List<QueueObserver> left = List.copyOf(queues);
        queues.clear();
        left.forEach(QueueObserver::ended);
        reap();
    }

    /** It ends by itself when our socket is closed. Until its end is taken note of, it holds on to its cgroup. */
    private void reap() {
        if (reaped) {
            return;
        }
        reaped = process.reap();
        if (!reaped) {
            loop.schedule(this::reap, REAP_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Whether nothing is left of the process. */
    boolean isGone() {
        return reaped;
    }

    /** Ends it and waits for that. */
    void endNow() {
        end();
        if (!reaped) {
            reaped = true;
            process.end();
        }
    }
}
