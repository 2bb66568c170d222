package io.slim.router.listen;

import io.netty.channel.unix.FileDescriptor;
import io.slim.router.container.Container;
import io.slim.router.container.Containers;
import io.slim.router.journal.ListenerJournal;
import io.slim.router.journal.ListenerJournal.Recovered;
import io.slim.router.journal.ListenerRecord;
import io.slim.router.loop.RouterLoop;
import io.slim.router.secure.SecureMode;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.SockDiag;
import io.slim.router.sys.SockDiag.Listening;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the listeners that an earlier router of this host has served. What the journal says is checked against the kernel: the shadow
 * must still listen on its port, and the application's socket in its container; both are known by their cookies, which no other
 * socket has for as long as the machine runs (SO_COOKIE). What cannot be confirmed stays on the overlay.
 */
public final class ListenerRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerRecovery.class);

    private final RouterLoop loop;
    private final Containers containers;
    private final SecureMode secure;
    private final ListenService listens;
    private final ListenerJournal journal;

    @Inject
    ListenerRecovery(
            RouterLoop loop, Containers containers, SecureMode secure, ListenService listens, ListenerJournal journal) {
        this.loop = loop;
        this.containers = containers;
        this.secure = secure;
        this.listens = listens;
        this.journal = journal;
    }

    /** Must be called once, before the first shim is served. Never fails: what goes wrong is logged. */
    public void run() {
        try {
            loop.call(() -> {
                recover();
                return null;
            });
        } catch (Exception e) {
            LOG.warn("listeners of an earlier router stay on the overlay", e);
        }
    }

    private void recover() {
        Recovered before = journal.open();
        long now = System.currentTimeMillis();
        before.resting().forEach((port, since) -> listens.rests(port, Duration.ofMillis(now - since)));
        int found = 0;
        if (!before.listeners().isEmpty()) {
            List<ListenerRecord> shadows = oneOfEachShadow(before.listeners());
            found = recover(shadows);
            LOG.info("{} of {} listeners of an earlier router found again", found, shadows.size());
        }
        containers.endRecovery();
    }

    /** Each process that took a shadow up again has an entry of its own; waited for is what one of them waits for. */
    private List<ListenerRecord> oneOfEachShadow(List<ListenerRecord> listeners) {
        Map<Long, ListenerRecord> byShadow = new LinkedHashMap<>();
        for (ListenerRecord listener : listeners) {
            ListenerRecord first = byShadow.putIfAbsent(listener.shadowCookie(), listener);
            if (first != null) {
                byShadow.put(first.shadowCookie(), first.withArmed(first.armed() || listener.armed()));
                journal.removed(listener.id());
            }
        }
        return List.copyOf(byShadow.values());
    }

    private int recover(List<ListenerRecord> listeners) {
        Map<Long, Integer> shadows = shadowPorts();
        Map<Long, List<ListenerRecord>> byNamespace =
                listeners.stream().collect(Collectors.groupingBy(ListenerRecord::namespace));
        Map<Long, Container> running = containers.find(byNamespace.keySet());
        int found = 0;
        for (Map.Entry<Long, List<ListenerRecord>> entry : byNamespace.entrySet()) {
            Container container = running.get(entry.getKey());
            Set<Long> cookies = container == null ? Set.of() : listeningIn(container);
            for (ListenerRecord listener : entry.getValue()) {
                boolean ofThisMode = (listener.shadowId() != 0) == secure.isOn();
                if (!ofThisMode && listener.shadowId() != 0) {
                    listens.confinedBefore(listener.port());
                }
                Integer port = shadows.get(listener.shadowCookie());
                if (ofThisMode
                        && container != null
                        && port != null
                        && port == listener.port()
                        && cookies.contains(listener.cookie())) {
                    listens.adopt(container, listener);
                    found++;
                } else {
                    LOG.debug("listener {} on {} is gone", listener.id(), listener.endpoint());
                    journal.removed(listener.id());
                }
            }
        }
        return found;
    }

    private static Map<Long, Integer> shadowPorts() {
        Map<Long, Integer> ports = new HashMap<>();
        try (SockDiag host = SockDiag.here()) {
            for (Listening socket : host.listening()) {
                ports.put(socket.cookie(), socket.port());
            }
        } catch (IOException e) {
            LOG.warn("the host's listening sockets cannot be read: {}", e.getMessage());
        }
        return ports;
    }

    private static Set<Long> listeningIn(Container container) {
        try {
            FileDescriptor namespace = container.openNamespace();
            try (SockDiag inside = SockDiag.inside(namespace)) {
                return inside.listening().stream().map(Listening::cookie).collect(Collectors.toSet());
            } finally {
                Descriptors.close(namespace);
            }
        } catch (IOException e) {
            LOG.warn("{}: its listening sockets cannot be read: {}", container, e.getMessage());
            return Set.of();
        }
    }
}
