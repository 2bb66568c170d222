package io.slim.router.grant;

import io.slim.api.Endpoint;
import io.slim.api.RouterConfig;
import io.slim.api.event.Reason;
import io.slim.router.confine.ConfinedContainer;
import io.slim.router.confine.Grant;
import io.slim.router.confine.GrantKey;
import io.slim.router.confine.HostSocket;
import io.slim.router.confine.SocketCallback;
import io.slim.router.control.GrantCallback;
import io.slim.router.control.GrantOffer;
import io.slim.router.listen.ListenService;
import io.slim.router.loop.RouterLoop;
import io.slim.router.loop.Watch;
import io.slim.router.observe.RareLog;
import io.slim.router.secure.SecureMode;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.SystemCallException;
import io.slim.router.sys.TcpSockets;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's side of trials: a shadow of the router's own, to which other routers connect once before their containers do.
 * Whoever gets there is let go at once. Only the event loop touches it.
 */
public final class TrialListener {

    private static final Logger LOG = LoggerFactory.getLogger(TrialListener.class);
    private static final int BACKLOG = 64;
    private static final long LIFE_MILLIS = 10_000;
    private static final int MOST_WAITING = 1024;

    private final RouterConfig config;
    private final RouterLoop loop;
    private final SecureMode secure;
    private final ListenService listeners;
    private final RareLog rareLog = new RareLog(LOG);
    private final SecureRandom random = new SecureRandom();
    private final TcpSockets sockets = new TcpSockets();
    private final Map<InetAddress, Integer> grants = new HashMap<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private int shadowId;
    private @Nullable HostSocket shadow;
    private @Nullable Watch watch;

    @Inject
    TrialListener(RouterConfig config, RouterLoop loop, SecureMode secure, ListenService listeners) {
        this.config = config;
        this.loop = loop;
        this.secure = secure;
        this.listeners = listeners;
    }

    /**
     * Lets the router of another host in, for some seconds.
     *
     * @param callback gets the answer; possibly before this method returns
     */
    public void request(InetAddress clientHost, GrantCallback callback) {
        if (!secure.isOn()) {
            callback.answered(Reason.UNSUPPORTED, null);
        } else if (shadow != null) {
            give(clientHost, shadow, callback);
        } else if (waiting.size() >= MOST_WAITING) {
            callback.answered(Reason.LIMIT, null);
        } else {
            waiting.add(() -> {
                if (shadow == null) {
                    callback.answered(Reason.INTERNAL, null);
                } else {
                    give(clientHost, shadow, callback);
                }
            });
            if (waiting.size() == 1) {
                open();
            }
        }
    }

    private void open() {
        try {
            ConfinedContainer own = secure.own();
            shadowId = secure.confinement().newId();
            int family = config.hostAddress() instanceof Inet4Address ? 4 : 6;
            listeners.makeOwn(own, shadowId, family, new SocketCallback() {
                @Override
                public void made(HostSocket socket) {
                    opened(socket);
                }

                @Override
                public void failed(IOException why) {
                    cannotOpen(why);
                }
            });
        } catch (IOException e) {
            cannotOpen(e);
        }
    }

    private void opened(HostSocket socket) {
        try {
            sockets.listen(socket.descriptor(), BACKLOG);
        } catch (SystemCallException e) {
            Descriptors.close(socket.descriptor());
            cannotOpen(e);
            return;
        }
        shadow = socket;
        watch = loop.watch(socket.descriptor(), () -> LOG.debug("{} trials accepted", accept(socket)));
        tellWaiting();
    }

    private int accept(HostSocket socket) {
        return sockets.acceptAndClose(socket.descriptor());
    }

    private void cannotOpen(IOException why) {
        rareLog.warn("open", "other hosts cannot try whether they reach this one: {}", why.getMessage());
        tellWaiting();
    }

    private void tellWaiting() {
        List<Runnable> told = List.copyOf(waiting);
        waiting.clear();
        told.forEach(Runnable::run);
    }

    private void give(InetAddress clientHost, HostSocket to, GrantCallback callback) {
        end(clientHost);
        int id = secure.confinement().newId();
        GrantKey key = GrantKey.random(random);
        Endpoint destination = new Endpoint(config.hostAddress(), to.port());
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIFE_MILLIS);
        Grant grant = new Grant(id, shadowId, clientHost, clientHost, destination, key, until);
        if (!secure.confinement().putGrant(grant)) {
            callback.answered(Reason.LIMIT, null);
            return;
        }
        grants.put(clientHost, id);
        loop.schedule(
                () -> {
                    if (grants.remove(clientHost, id)) {
                        secure.confinement().removeGrant(id);
                    }
                },
                LIFE_MILLIS,
                TimeUnit.MILLISECONDS);
        callback.answered(Reason.NONE, new GrantOffer(to.port(), id, key, LIFE_MILLIS, 0));
    }

    private void end(InetAddress clientHost) {
        Integer before = grants.remove(clientHost);
        if (before != null) {
            secure.confinement().removeGrant(before);
        }
    }

    /** Nobody gets in any more. */
    public void close() {
        List.copyOf(grants.keySet()).forEach(this::end);
        if (watch != null) {
            watch.close();
        }
        if (shadow != null) {
            Descriptors.close(shadow.descriptor());
            shadow = null;
        }
    }
}
