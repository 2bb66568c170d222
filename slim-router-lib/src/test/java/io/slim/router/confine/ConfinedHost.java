package io.slim.router.confine;

import com.google.inject.Guice;
import io.netty.channel.unix.FileDescriptor;
import io.slim.api.Endpoint;
import io.slim.router.lab.Eventually;
import io.slim.router.lab.SocketAgent;
import io.slim.router.loop.RouterLoop;
import io.slim.router.sys.Descriptors;
import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A host of a test: a loopback address, and the confinement of its router. */
final class ConfinedHost implements AutoCloseable {

    static final long LIFE = TimeUnit.MINUTES.toNanos(10);

    final InetAddress address;
    final RouterLoop loop;
    final Confinement confinement;

    ConfinedHost(String address) throws Exception {
        this(ConfinementConfig.forHost(InetAddress.getByName(address)));
    }

    ConfinedHost(ConfinementConfig config) throws Exception {
        this.address = config.hostAddress();
        this.loop = Guice.createInjector().getInstance(RouterLoop.class);
        loop.start();
        try {
            this.confinement = Confinement.open(config, loop);
        } catch (IOException e) {
            loop.close();
            throw e;
        }
    }

    static Endpoint endpoint(String address, int port) {
        try {
            return new Endpoint(InetAddress.getByName(address), port);
        } catch (java.net.UnknownHostException e) {
            throw new IllegalArgumentException(address, e);
        }
    }

    /** Does something on the loop. */
    <T> T on(Callable<T> work) throws Exception {
        return loop.call(work);
    }

    void run(Runnable work) throws Exception {
        loop.call(() -> {
            work.run();
            return true;
        });
    }

    ConfinedContainer admit(String name) throws Exception {
        return on(() -> confinement.admit(name));
    }

    HostSocket client(ConfinedContainer container, int family) throws Exception {
        return socket(callback -> confinement.clientSocket(container, family, callback));
    }

    HostSocket shadow(ConfinedContainer container, ShadowRequest request) throws Exception {
        return socket(callback -> confinement.shadow(container, request, callback));
    }

    private interface Asking {
        void ask(SocketCallback callback);
    }

    private HostSocket socket(Asking asking) throws Exception {
        CompletableFuture<HostSocket> made = new CompletableFuture<>();
        run(() -> asking.ask(new SocketCallback() {
            @Override
            public void made(HostSocket socket) {
                made.complete(socket);
            }

            @Override
            public void failed(IOException why) {
                made.completeExceptionally(why);
            }
        }));
        return made.get(5, TimeUnit.SECONDS);
    }

    /** A client socket in an agent's hands alone; its number there. */
    int client(SocketAgent agent, ConfinedContainer container, int family) throws Exception {
        return give(agent, client(container, family).descriptor());
    }

    /** What was made is handed over, and no longer here. */
    static int give(SocketAgent agent, FileDescriptor socket) throws IOException {
        try {
            return agent.give(socket);
        } finally {
            Descriptors.close(socket);
        }
    }

    long denials(String reason) throws Exception {
        return on(() -> confinement.status().denials().getOrDefault(reason, 0L));
    }

    static GrantKey newKey() {
        return GrantKey.random(new SecureRandom());
    }

    static long later() {
        return System.nanoTime() + LIFE;
    }

    /**
     * Closes it, and waits until nothing of it is left on the host: the next test shall not find its maps. A listener that was closed stays for up to a
     * second, if handshakes were half done.
     */
    void closeForGood() throws Exception {
        close();
        Eventually.get(
                () -> {
                    boolean left = !TwoHosts.pins(this).isEmpty();
                    if (left) {
                        new ConfinedHost(address.getHostAddress()).close();
                    }
                    return left;
                },
                left -> !left);
    }

    @Override
    public void close() throws Exception {
        run(confinement::close);
        loop.close();
    }
}
