package io.slim.router.confine;

import io.netty.channel.unix.FileDescriptor;
import io.slim.api.Endpoint;
import io.slim.router.loop.RouterLoop;
import io.slim.router.sys.ChildProgram;
import io.slim.router.sys.Descriptors;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

/** Confinement by the programs of this jar. */
final class KernelConfinement implements Confinement {

    private final Installation installation;
    private final KernelMaps maps;
    private final FileDescriptor program;
    private final SocketSealing sealing;
    private final ConnectionEnder ender;
    private final FlowRing flows;
    private final AdmittedContainers containers;

    private boolean closed;

    private KernelConfinement(
            ConfinementConfig config,
            RouterLoop loop,
            Installation installation,
            KernelMaps maps,
            FlowRing flows,
            FileDescriptor program) {
        this.installation = installation;
        this.maps = maps;
        this.flows = flows;
        this.containers = new AdmittedContainers(loop, installation, maps, flows, program, config.hostAddress());
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
                return new KernelConfinement(config, loop, installation, maps, maps.flows(host.bpf()), program);
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
        return KernelCall.of(() -> maps.containers().newId());
    }

    @Override
    public ConfinedContainer admit(String name) throws ConfinementException {
        return containers.admit(name);
    }

    @Override
    public List<String> leftContainers() {
        return List.copyOf(maps.containers().left().keySet());
    }

    @Override
    public void dismiss(ConfinedContainer container) {
        containers.dismiss((KernelContainer) container);
    }

    @Override
    public void dismissLeft(String name) {
        containers.dismissLeft(name);
    }

    @Override
    public void clientSocket(ConfinedContainer container, int family, SocketCallback callback) {
        make((KernelContainer) container, Vault.CLIENT, family, callback, socket -> new HostSocket(socket, 0, 0));
    }

    @Override
    public void shadow(ConfinedContainer container, ShadowRequest request, SocketCallback callback) {
        make(
                (KernelContainer) container,
                Vault.BARE,
                request.family(),
                callback,
                socket -> sealing.shadow(socket, container.id(), request));
    }

    @Override
    public Runnable fillQueue(
            ConfinedContainer container, FileDescriptor connection, int family, int most, QueueObserver observer)
            throws IOException {
        Vault vault = vault((KernelContainer) container);
        vault.serve(connection, family, most, observer);
        return () -> vault.forget(observer);
    }

    private static Vault vault(KernelContainer container) throws IOException {
        Vault vault = container.vault();
        if (vault == null || container.isDismissed()) {
            throw new IOException("container " + container + " has no vault");
        }
        return vault;
    }

    private interface Seal {
        HostSocket seal(FileDescriptor socket) throws IOException;
    }

    private static void make(KernelContainer container, int what, int family, SocketCallback callback, Seal seal) {
        Vault vault;
        try {
            vault = vault(container);
        } catch (IOException e) {
            callback.failed(e);
            return;
        }
        vault.make(what, family, new Vault.Made() {
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
    public boolean limit(ConfinedContainer container, long bytesPerSecond) {
        return KernelCall.of(() -> maps.setRate(container.id(), bytesPerSecond));
    }

    @Override
    public boolean putDestination(ConfinedContainer container, Endpoint overlay, Target target) {
        return KernelCall.of(() -> maps.destinations().put(container.id(), overlay, List.of(target), 0));
    }

    @Override
    public boolean putVirtual(ConfinedContainer container, Endpoint overlay, List<Target> targets, int overlayWeight) {
        return KernelCall.of(() -> maps.destinations().put(container.id(), overlay, targets, overlayWeight));
    }

    @Override
    public boolean putOverlay(ConfinedContainer container, Endpoint overlay, long untilNanos) {
        return KernelCall.of(() -> maps.destinations().putOverlay(container.id(), overlay, untilNanos));
    }

    @Override
    public void removeDestination(ConfinedContainer container, Endpoint overlay) {
        KernelCall.of(() -> {
            maps.destinations().remove(container.id(), overlay);
            return true;
        });
    }

    @Override
    public int removeDestinations(Predicate<KnownDestination> condition) {
        return KernelCall.of(() -> maps.destinations().removeAll(condition));
    }

    @Override
    public Collection<KnownDestination> destinations() {
        return KernelCall.of(() -> maps.destinations().all());
    }

    @Override
    public long connects(ConfinedContainer container, Endpoint overlay) {
        return KernelCall.of(() -> maps.destinations().connects(container.id(), overlay));
    }

    @Override
    public long lastUsedNanos(ConfinedContainer container, Endpoint overlay) {
        return KernelCall.of(() -> maps.destinations().lastUsed(container.id(), overlay));
    }

    @Override
    public void peerAlive(int peer, long untilNanos) {
        KernelCall.of(() -> {
            maps.setPeerAlive(peer, untilNanos);
            return true;
        });
    }

    @Override
    public boolean putGrant(Grant grant) {
        return KernelCall.of(() -> maps.grants().put(grant));
    }

    @Override
    public boolean renewGrant(int id, GrantKey key, long validUntilNanos) {
        return KernelCall.of(() -> maps.grants().renew(id, key, validUntilNanos));
    }

    @Override
    public boolean extendGrant(int id, long validUntilNanos) {
        return KernelCall.of(() -> maps.grants().extend(id, validUntilNanos));
    }

    @Override
    public void removeGrant(int id) {
        KernelCall.of(() -> {
            maps.grants().remove(id);
            return true;
        });
    }

    @Override
    public Collection<Grant> grants() {
        return KernelCall.of(() -> maps.grants().all());
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
    public void endConnectionsOf(ConfinedContainer container, IntConsumer done) {
        ender.ofContainer(container.id(), done);
    }

    @Override
    public List<Path> places() {
        return installation.places();
    }

    @Override
    public List<Flow> endedFlows() {
        return flows.read();
    }

    @Override
    public long lostFlows() {
        return KernelCall.of(flows::lost);
    }

    @Override
    public long socketsMade() {
        return KernelCall.of(() -> maps.containers().made());
    }

    @Override
    public ConfinementStatus status() {
        return KernelCall.of(
                () -> new ConfinementStatus(maps.denials(), maps.containers().uses(), maps.fill()));
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        ender.close();
        flows.close();
        boolean nothingLeft = KernelCall.of(() -> maps.containers().isEmpty());
        containers.close();
        Descriptors.close(program);
        if (nothingLeft) {
            installation.removeIfUnused();
        }
        installation.close();
    }
}
