package io.slim.nri.session;

import com.google.protobuf.ByteString;
import io.slim.nri.mux.Mux;
import io.slim.nri.protocol.Nri.RegisterPluginRequest;
import io.slim.nri.ttrpc.StatusException;
import io.slim.nri.ttrpc.TtrpcClient;
import io.slim.nri.ttrpc.TtrpcServer;
import java.io.IOException;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One connection with a runtime, from the registration to its end. Two threads: one reads, the other one has the plug-in
 * answer; the runtime asks one thing at a time.
 */
public final class NriSession {

    private static final int PLUGIN_STREAM = 1;
    private static final int RUNTIME_STREAM = 2;
    private static final int MOST_WAITING = 64;
    private static final String RUNTIME = "nri.pkg.api.v1alpha1.Runtime";
    /** The runtime itself waits as long for the registration. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ThreadPoolExecutor worker = new ThreadPoolExecutor(
            1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), work -> thread(work, "slim-nri-plugin"));
    private final Mux mux;
    private final TtrpcClient runtime;
    private final TtrpcServer served;

    private <C extends ReadableByteChannel & GatheringByteChannel> NriSession(C connection, NriPlugin plugin) {
        mux = new Mux(connection);
        runtime = new TtrpcClient(mux, RUNTIME_STREAM);
        served = new TtrpcServer(mux, PLUGIN_STREAM, worker, PluginService.NAME, new PluginService(plugin).methods());
    }

    private static Thread thread(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Registers, and serves until the connection ends; closes it.
     *
     * @param name as the runtime's log has it
     * @param index 0 to 99: the runtime calls plug-ins in this order
     * @throws StatusException if the runtime does not take the plug-in
     * @throws IOException if the connection fails, or the runtime does not answer
     */
    public static <C extends ReadableByteChannel & GatheringByteChannel> void serve(
            C connection, String name, int index, NriPlugin plugin)
            throws IOException, StatusException, InterruptedException {
        NriSession session = new NriSession(connection, plugin);
        AtomicReference<IOException> failure = new AtomicReference<>();
        Thread reader = thread(() -> session.read(failure), "slim-nri-reader");
        // The runtime may ask before it has answered the registration.
        reader.start();
        try {
            session.register(name, index);
            reader.join();
            if (failure.get() != null) {
                throw failure.get();
            }
        } finally {
            connection.close();
            session.worker.shutdownNow();
        }
    }

    private void read(AtomicReference<IOException> failure) {
        try {
            mux.run(Map.of(PLUGIN_STREAM, served, RUNTIME_STREAM, runtime));
        } catch (IOException e) {
            failure.set(e);
        } finally {
            runtime.ended("the connection has ended");
        }
    }

    private void register(String name, int index) throws IOException, StatusException, InterruptedException {
        ByteString request = RegisterPluginRequest.newBuilder()
                .setPluginName(name)
                .setPluginIdx(String.format("%02d", index))
                .build()
                .toByteString();
        ByteString unused = runtime.call(RUNTIME, "RegisterPlugin", request, PATIENCE);
    }
}
