package io.slim.router.confine;

import io.netty.channel.unix.FileDescriptor;
import io.slim.router.loop.RouterLoop;
import io.slim.router.sys.SocketReader;
import io.slim.router.sys.SocketWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The containers that may have host sockets, each with its place among the cgroups and its vault. Only the event loop touches it. */
final class AdmittedContainers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdmittedContainers.class);
    private static final long PAUSE_MILLIS = 1000;
    private static final long REMOVE_MILLIS = 50;
    private static final int REMOVE_TRIES = 100;
    private static final long FLOWS_COME_SECONDS = 5;

    private final RouterLoop loop;
    private final Installation installation;
    private final KernelMaps maps;
    private final FlowRing flows;
    private final FileDescriptor program;
    private final InetAddress host;
    private final SocketReader reader = new SocketReader();
    private final SocketWriter writer = new SocketWriter();
    private final Map<String, KernelContainer> admitted = new LinkedHashMap<>();
    /** Those of dismissed containers, whose processes may still be there. */
    private final Set<Vault> ending = new HashSet<>();

    private boolean closed;

    AdmittedContainers(
            RouterLoop loop,
            Installation installation,
            KernelMaps maps,
            FlowRing flows,
            FileDescriptor program,
            InetAddress host) {
        this.loop = loop;
        this.installation = installation;
        this.maps = maps;
        this.flows = flows;
        this.program = program;
        this.host = host;
    }

    /** See {@link Confinement#admit}. */
    ConfinedContainer admit(String name) throws ConfinementException {
        KernelContainer known = admitted.get(name);
        if (known != null) {
            return known;
        }
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > Layout.LONGEST_NAME) {
            throw new ConfinementException(
                    List.of("container \"" + name + "\": " + length + " bytes of name (expected: 1 to 63)"));
        }
        try {
            Integer id = maps.containers().admit(name);
            if (id == null) {
                throw new ConfinementException(List.of("container " + name + ": there are too many already"));
            }
            KernelContainer container = new KernelContainer(id, name, place(id, name));
            admitted.put(name, container);
            flows.admitted(id, name);
            start(container);
            return container;
        } catch (ConfinementException e) {
            throw e;
        } catch (IOException e) {
            throw new ConfinementException("container " + name + ": " + e.getMessage(), e);
        }
    }

    /** What has been admitted is not left behind if it has no place. */
    private Path place(int id, String name) throws IOException {
        Path place = null;
        try {
            place = installation.cgroups().containerPlace(name.replaceAll("[^A-Za-z0-9_-]", "_") + "-" + id);
            if (!maps.vaults().put(id, place)) {
                throw new ConfinementException(List.of("container " + name + ": there are too many already"));
            }
            return place;
        } catch (IOException | RuntimeException e) {
            forget(id);
            if (place != null) {
                boolean unused = CgroupPlace.remove(place);
            }
            throw e;
        }
    }

    private void start(KernelContainer container) {
        try {
            container.vault(Vault.start(
                    container.name(),
                    program,
                    host,
                    List.of(container.place()),
                    reader,
                    writer,
                    loop,
                    observer(container)));
        } catch (IOException e) {
            ended(container, e);
        }
    }

    private Vault.Observer observer(KernelContainer container) {
        return new Vault.Observer() {
            @Override
            public void ready() {
                container.ready(null);
            }

            @Override
            public void ended(IOException why) {
                AdmittedContainers.this.ended(container, why);
            }
        };
    }

    /** Its sockets live on; a new vault makes the next ones, after a pause. */
    private void ended(KernelContainer container, IOException why) {
        LOG.warn(
                "container={} vault: {}; another one is started in {} ms",
                container.name(),
                why.getMessage(),
                PAUSE_MILLIS);
        Vault old = container.vault();
        if (old != null) {
            ending.add(old);
            container.vault(null);
        }
        container.ready(new ConfinementException("vault: " + why.getMessage(), why));
        loop.schedule(
                () -> {
                    if (!closed && !container.isDismissed()) {
                        start(container);
                    }
                },
                PAUSE_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** See {@link Confinement#dismiss}. */
    void dismiss(KernelContainer own) {
        if (own.isDismissed()) {
            return;
        }
        own.dismissed();
        admitted.remove(own.name());
        Vault vault = own.vault();
        if (vault != null) {
            vault.end();
            ending.removeIf(Vault::isGone);
            ending.add(vault);
        }
        forget(own.id());
        loop.schedule(() -> flows.forget(own.id()), FLOWS_COME_SECONDS, TimeUnit.SECONDS);
        removePlace(own.place(), REMOVE_TRIES);
    }

    /** See {@link Confinement#dismissLeft}. */
    void dismissLeft(String name) {
        Integer id = maps.containers().left().remove(name);
        if (id != null) {
            forget(id);
            installation.removeEmptyPlaces();
        }
    }

    private void forget(int id) {
        KernelCall.of(() -> {
            maps.containers().remove(id);
            maps.vaults().remove(id);
            boolean unused = maps.setRate(id, 0);
            return maps.destinations().removeAll(known -> known.container() == id);
        });
    }

    private void removePlace(Path place, int tries) {
        if (!CgroupPlace.remove(place) && tries > 0 && !closed) {
            loop.schedule(() -> removePlace(place, tries - 1), REMOVE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Ends their vaults; what they have stays. */
    @Override
    public void close() {
        closed = true;
        admitted.values().forEach(AdmittedContainers::endVault);
        ending.forEach(Vault::endNow);
    }

    private static void endVault(KernelContainer container) {
        @Nullable Vault vault = container.vault();
        if (vault != null) {
            vault.endNow();
        }
    }
}
