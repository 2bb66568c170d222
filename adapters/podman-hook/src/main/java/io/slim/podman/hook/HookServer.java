package io.slim.podman.hook;

import io.slim.router.gateway.SocketPath;
import io.slim.router.observe.RareLog;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the front at a UNIX socket that is root's alone. One question per connection; containers that start at the same
 * time are answered side by side, and few at a time. Whoever is too slow is cut off. Thread-safe.
 */
final class HookServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HookServer.class);
    private static final int THREADS = 4;
    private static final int MOST_WAITING = 256;
    private static final int IDLE_SECONDS = 10;
    private static final int SECONDS_PER_QUESTION = 5;
    /** Of documents that are held at one time: two of the longest. */
    private static final int MOST_BYTES = 2 * Question.LONGEST;

    private final RareLog rareLog = new RareLog(LOG);
    private final Function<Question, Answer> respondent;
    private final SocketPath path;
    private final ServerSocketChannel server;
    private final Semaphore memory = new Semaphore(MOST_BYTES, true);
    private final ThreadPoolExecutor workers = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            HookServer::thread);
    private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor(HookServer::thread);

    private HookServer(SocketPath path, ServerSocketChannel server, Function<Question, Answer> respondent) {
        this.path = path;
        this.server = server;
        this.respondent = respondent;
        workers.allowCoreThreadTimeOut(true);
    }

    /**
     * Opens the socket; from then on questions are answered.
     *
     * @param respondent called by several threads
     * @throws IOException if the socket cannot be had
     */
    static HookServer open(Path socket, Function<Question, Answer> respondent) throws IOException {
        SocketPath path = new SocketPath(socket, "rw-------");
        path.makeFree();
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(socket), MOST_WAITING);
            path.bound();
        } catch (IOException e) {
            server.close();
            throw e;
        }
        HookServer opened = new HookServer(path, server, respondent);
        thread(opened::acceptAll).start();
        return opened;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "slim-hook");
        thread.setDaemon(true);
        return thread;
    }

    private void acceptAll() {
        while (server.isOpen()) {
            try {
                SocketChannel channel = server.accept();
                serve(channel);
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                rareLog.warn("accept", "a hook's connection cannot be accepted: {}", e.toString());
                pause();
            }
        }
    }

    /** Without descriptors accept fails at once, again and again. */
    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(SocketChannel channel) {
        try {
            workers.execute(() -> respond(channel));
        } catch (RejectedExecutionException e) {
            rareLog.warn("queue", "a hook is not answered: {} others wait", MOST_WAITING);
            close(channel);
        }
    }

    private void respond(SocketChannel channel) {
        Future<?> end = watchdog.schedule(() -> close(channel), SECONDS_PER_QUESTION, TimeUnit.SECONDS);
        try {
            answer(channel);
        } catch (AsynchronousCloseException e) {
            rareLog.warn("slow", "a hook is not answered: it took longer than {} s", SECONDS_PER_QUESTION);
        } catch (IOException | IllegalArgumentException e) {
            rareLog.warn("question", "a hook's question cannot be answered: {}", e.getMessage());
        } finally {
            end.cancel(false);
            close(channel);
        }
    }

    private void answer(SocketChannel channel) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(Question.HEADER);
        fill(channel, header);
        int length = Question.length(header);
        // As much again is needed for the answer.
        memory.acquireUninterruptibly(length);
        try {
            ByteBuffer whole = ByteBuffer.allocate(length).put(header.flip());
            fill(channel, whole);
            ByteBuffer[] answer =
                    respondent.apply(Question.decode(whole.flip())).encode();
            while (answer[0].hasRemaining() || answer[1].hasRemaining()) {
                channel.write(answer);
            }
        } finally {
            memory.release(length);
        }
    }

    private static void fill(SocketChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException(
                        "it ended after " + buffer.position() + " bytes (expected: " + buffer.limit() + ")");
            }
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("close {}", channel, e);
        }
    }

    /** Takes the socket away; questions that are being answered may still be. */
    @Override
    public void close() {
        try {
            server.close();
            path.remove();
        } catch (IOException e) {
            LOG.warn("socket {} cannot be removed", path, e);
        }
        workers.shutdown();
        watchdog.shutdown();
    }
}
