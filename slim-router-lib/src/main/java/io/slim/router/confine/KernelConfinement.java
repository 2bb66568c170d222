package io.slim.router.confine;

import io.netty.channel.unix.FileDescriptor;
import io.slim.api.Endpoint;
import io.slim.router.loop.RouterLoop;
import io.slim.router.sys.ChildProgram;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.SocketReader;
import io.slim.router.sys.SystemCallException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Confinement by the programs of this jar. */
final class KernelConfinement implements Confinement {

    private static final Logger LOG = LoggerFactory.getLogger(KernelConfinement.class);
    private static final long PAUSE_MILLIS = 1000;
    private static final long REMOVE_MILLIS = 50;
    private static final int REMOVE_TRIES = 100;

    private final RouterLoop loop;
    private final Installation installation;
    private final KernelMaps maps;
    private final FileDescriptor program;
    private final SocketSealing sealing;
    private final ConnectionEnder ender;
    private final SocketReader reader = new SocketReader();
    private final Map<String, KernelContainer> admitted = new LinkedHashMap<>();
    /** Those of dismissed containers, whose processes may still be there. */
    private final Set<Vault> ending = new HashSet<>();

    private boolean closed;

    private KernelConfinement(
            ConfinementConfig config,
            RouterLoop loop,
            Installation installation,
            KernelMaps maps,
            FileDescriptor program) {
        this.loop = loop;
        this.installation = installation;
        this.maps = maps;
        this.program = program;
        this.sealing = new SocketSealing(maps.entries(), config.hostAddress());
        this.ender = new ConnectionEnder(maps.entries().descriptor(), config.hostAddress(), loop);
    }

    static KernelConfinement open(ConfinementConfig config, RouterLoop loop) throws ConfinementException {
        Requirements.Found host = Requirements.find();
        try {
            Installation installation = Installation.make(host, config);
            FileDescriptor program = null;
            try {
                program = ChildProgram.keep("slim-vault", host.vault());
                KernelMaps maps = new KernelMaps(installation.programs(), config);
                new SelfTest(maps, config.hostAddress())
                        .run(program, installation.cgroups().containerPlace("self-test"), host.distinctErrors());
                installation.removeLeftovers();
                return new KernelConfinement(config, loop, installation, maps, program);
            } catch (IOException | RuntimeException e) {
                if (program != null) {
                    Descriptors.close(program);
                }
                installation.close();
                throw e;
            }
        } catch (ConfinementException e) {
            throw e;
        } catch (IOException e) {
            throw new ConfinementException("this host cannot confine sockets: " + e.getMessage(), e);
        }
    }

    @Override
    public int newId() {
        return kernel(() -> maps.containers().newId());
    }

    @Override
    public ConfinedContainer admit(String name) throws ConfinementException {
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
            String directory = name.replaceAll("[^A-Za-z0-9_-]", "_") + "-" + id;
            KernelContainer container =
                    new KernelContainer(id, name, installation.cgroups().containerPlace(directory));
            admitted.put(name, container);
            start(container);
            return container;
        } catch (ConfinementException e) {
            throw e;
        } catch (IOException e) {
            throw new ConfinementException("container " + name + ": " + e.getMessage(), e);
        }
    }

    private void start(KernelContainer container) {
        try {
            container.vault(Vault.start(
                    container.name(), program, List.of(container.place()), reader, loop, observer(container)));
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
                KernelConfinement.this.ended(container, why);
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

    @Override
    public List<String> leftContainers() {
        return List.copyOf(maps.containers().left().keySet());
    }

    @Override
    public void dismiss(ConfinedContainer container) {
        KernelContainer own = (KernelContainer) container;
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
        removePlace(own.place(), REMOVE_TRIES);
    }

    @Override
    public void dismissLeft(String name) {
        Integer id = maps.containers().left().remove(name);
        if (id != null) {
            forget(id);
            installation.removeEmptyPlaces();
        }
    }

    private void forget(int id) {
        kernel(() -> {
            maps.containers().remove(id);
            return maps.destinations().removeAll(known -> known.container() == id);
        });
    }

    private void removePlace(Path place, int tries) {
        if (!CgroupPlace.remove(place) && tries > 0 && !closed) {
            loop.schedule(() -> removePlace(place, tries - 1), REMOVE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void clientSocket(ConfinedContainer container, int family, SocketCallback callback) {
        make((KernelContainer) container, family, callback, socket -> sealing.client(socket, container.id(), family));
    }

    @Override
    public void shadow(ConfinedContainer container, ShadowRequest request, SocketCallback callback) {
        make(
                (KernelContainer) container,
                request.family(),
                callback,
                socket -> sealing.shadow(socket, container.id(), request));
    }

    private interface Seal {
        HostSocket seal(FileDescriptor socket) throws IOException;
    }

    private void make(KernelContainer container, int family, SocketCallback callback, Seal seal) {
        Vault vault = container.vault();
        if (vault == null || container.isDismissed()) {
            callback.failed(new IOException("container " + container + " has no vault"));
            return;
        }
        vault.make(family, new Vault.Made() {
            @Override
            public void made(FileDescriptor socket) {
                HostSocket sealed;
                try {
                    sealed = seal.seal(socket);
                } catch (IOException e) {
                    callback.failed(e);
                    return;
                }
                callback.made(sealed);
            }

            @Override
            public void failed(IOException why) {
                callback.failed(why);
            }
        });
    }

    @Override
    public boolean putDestination(ConfinedContainer container, Endpoint overlay, Target target) {
        return kernel(() -> maps.destinations().put(container.id(), overlay, target));
    }

    @Override
    public boolean putOverlay(ConfinedContainer container, Endpoint overlay, long untilNanos) {
        return kernel(() -> maps.destinations().putOverlay(container.id(), overlay, untilNanos));
    }

    @Override
    public void removeDestination(ConfinedContainer container, Endpoint overlay) {
        kernel(() -> {
            maps.destinations().remove(container.id(), overlay);
            return true;
        });
    }

    @Override
    public int removeDestinations(Predicate<KnownDestination> condition) {
        return kernel(() -> maps.destinations().removeAll(condition));
    }

    @Override
    public Collection<KnownDestination> destinations() {
        return kernel(() -> maps.destinations().all());
    }

    @Override
    public long connects(ConfinedContainer container, Endpoint overlay) {
        return kernel(() -> maps.destinations().connects(container.id(), overlay));
    }

    @Override
    public long lastUsedNanos(ConfinedContainer container, Endpoint overlay) {
        return kernel(() -> maps.destinations().lastUsed(container.id(), overlay));
    }

    @Override
    public void peerAlive(int peer, long untilNanos) {
        kernel(() -> {
            maps.setPeerAlive(peer, untilNanos);
            return true;
        });
    }

    @Override
    public boolean putGrant(Grant grant) {
        return kernel(() -> maps.grants().put(grant));
    }

    @Override
    public boolean renewGrant(int id, GrantKey key, long validUntilNanos) {
        return kernel(() -> maps.grants().renew(id, key, validUntilNanos));
    }

    @Override
    public boolean extendGrant(int id, long validUntilNanos) {
        return kernel(() -> maps.grants().extend(id, validUntilNanos));
    }

    @Override
    public void removeGrant(int id) {
        kernel(() -> {
            maps.grants().remove(id);
            return true;
        });
    }

    @Override
    public Collection<Grant> grants() {
        return kernel(() -> maps.grants().all());
    }

    @Override
    public void endConnections(InetAddress issuer, Set<Integer> grants, IntConsumer done) {
        ender.ofGrants(issuer, Set.copyOf(grants), done);
    }

    @Override
    public void endHandshakes(InetAddress issuer, Set<Integer> grants, IntConsumer done) {
        ender.connecting(issuer, Set.copyOf(grants), done);
    }

    @Override
    public void endConnections(Set<Integer> grants, IntConsumer done) {
        ender.ofGrants(null, Set.copyOf(grants), done);
    }

    @Override
    public void endHandshakes(Set<Integer> grants, IntConsumer done) {
        ender.connecting(null, Set.copyOf(grants), done);
    }

    @Override
    public void endConnectionsOf(ConfinedContainer container, IntConsumer done) {
        ender.ofContainer(container.id(), done);
    }

    @Override
    public List<Path> places() {
        return installation.places();
    }

    @Override
    public ConfinementStatus status() {
        return kernel(
                () -> new ConfinementStatus(maps.denials(), maps.containers().uses(), maps.fill()));
    }

    private interface KernelCall<T> {
        T call() throws SystemCallException;
    }

    /** Maps that were opened do not fail; if one does, that is a mistake of ours, and whoever asked must not go on. */
    private static <T> T kernel(KernelCall<T> call) {
        try {
            return Objects.requireNonNull(call.call());
        } catch (SystemCallException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        ender.close();
        boolean nothingLeft = kernel(() -> maps.containers().isEmpty());
        admitted.values().forEach(KernelConfinement::endVault);
        ending.forEach(Vault::endNow);
        Descriptors.close(program);
        if (nothingLeft) {
            installation.removeIfUnused();
        }
        installation.close();
    }

    private static void endVault(KernelContainer container) {
        @Nullable Vault vault = container.vault();
        if (vault != null) {
            vault.endNow();
        }
    }
}
