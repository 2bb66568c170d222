package io.slim.it.nri;

import io.slim.nri.protocol.Nri.Container;
import io.slim.nri.protocol.Nri.ContainerAdjustment;
import io.slim.nri.protocol.Nri.PodSandbox;
import io.slim.nri.session.NriPlugin;
import io.slim.nri.session.NriSession;
import io.slim.nri.ttrpc.StatusException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A plug-in of the test's own beside Slim's: adds one annotation to each container, of any length, or does not come to it. */
final class StubPlugin implements NriPlugin, AutoCloseable {

    static final String KEY = "stub";

    private final SocketChannel channel;
    private final CountDownLatch synchronizedOnce = new CountDownLatch(1);
    private final int length;
    private volatile boolean dying;

    private StubPlugin(SocketChannel channel, int length) {
        this.channel = channel;
        this.length = length;
    }

    /** Registers one, after Slim's. */
    static StubPlugin register(Path socket, int length) throws IOException, InterruptedException {
        StubPlugin plugin = new StubPlugin(SocketChannel.open(UnixDomainSocketAddress.of(socket)), length);
        Thread thread = new Thread(plugin::serve, "stub-plugin");
        thread.setDaemon(true);
        thread.start();
        plugin.synchronizedOnce.await();
        return plugin;
    }

    private void serve() {
        try {
            NriSession.serve(channel, "stub", 90, this);
        } catch (IOException | StatusException e) {
            // The test has closed it, or it has died.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** From now on it dies where it should answer. */
    StubPlugin dying() {
        dying = true;
        return this;
    }

    @Override
    public void configured(String runtime, Duration patience) {}

    @Override
    public void synchronize(List<PodSandbox> pods, List<Container> containers, boolean complete) {
        synchronizedOnce.countDown();
    }

    @Override
    public ContainerAdjustment containerCreated(PodSandbox pod, Container container) {
        if (dying) {
            close();
        }
        return ContainerAdjustment.newBuilder()
                .putAnnotations(KEY, "s".repeat(length))
                .build();
    }

    @Override
    public void podStarted(PodSandbox pod) {}

    @Override
    public void podStopped(PodSandbox pod) {}

    @Override
    public void containerStarted(PodSandbox pod, Container container) {}

    @Override
    public void containerStopped(PodSandbox pod, Container container) {}

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
