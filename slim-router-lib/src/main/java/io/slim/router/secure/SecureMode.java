package io.slim.router.secure;

import io.slim.api.ConfigurationException;
import io.slim.api.ConfigurationProblem;
import io.slim.api.RouterConfig;
import io.slim.api.RouterMode;
import io.slim.router.confine.ConfinedContainer;
import io.slim.router.confine.Confinement;
import io.slim.router.confine.ConfinementConfig;
import io.slim.router.confine.ConfinementException;
import io.slim.router.loop.RouterLoop;
import io.slim.router.sys.EphemeralPorts;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which mode the router is in and, if it is secure mode, the kernel's side of it. Started before all that uses it. */
public final class SecureMode {

    private static final Logger LOG = LoggerFactory.getLogger(SecureMode.class);
    private static final int LONGEST_NAME = 63;
    private static final int DIGEST_BYTES = 8;
    private static final long LEFT_SECONDS = 60;

    /** Connections of a container that has left are told of so late at most. */
    private static final long NAME_SECONDS = 10;

    private static final String OWN_NAME = ".router";

    private final RouterConfig config;
    private final RouterLoop loop;
    private final ConfinementOpener opener;
    private @Nullable Confinement confinement;
    private @Nullable ConfinedContainer own;
    /** By what the kernel's side calls them. Those that are admitted, and for a while those that were. */
    private final Map<String, Admitted> admitted = new ConcurrentHashMap<>();

    private record Admitted(String id, ConfinedContainer place) {}

    @Inject
    SecureMode(RouterConfig config, RouterLoop loop, ConfinementOpener opener) {
        this.config = config;
        this.loop = loop;
        this.opener = opener;
    }

    /**
     * Has the kernel confine host sockets; does nothing in non-secure mode but say what that means.
     *
     * @throws ConfigurationException naming all that this host lacks
     */
    public void start() {
        if (!isOn()) {
            LOG.warn(
                    "non-secure mode: containers are trusted with sockets of the host's network. A process in a container that uses"
                            + " this router can reach with them whatever an unprivileged process of this host can: services that listen on"
                            + " the host alone, other hosts of the underlay, listeners of other containers");
            return;
        }
        List<ConfigurationProblem> problems = ports();
        if (!problems.isEmpty()) {
            throw lacking(
                    problems,
                    Confinement.missing().stream().map(Object::toString).toList());
        }
        try {
            confinement = opener.open(bounds(), loop);
        } catch (ConfinementException e) {
            throw lacking(List.of(), e.missing());
        }
        writeDown(confinement().places());
        loop.schedule(this::dismissLeft, LEFT_SECONDS, TimeUnit.SECONDS);
    }

    private static ConfigurationException lacking(List<ConfigurationProblem> problems, List<String> pieces) {
        return new ConfigurationException(Stream.concat(
                        problems.stream(),
                        pieces.stream()
                                .map(piece ->
                                        new ConfigurationProblem("mode", "secure", "what it needs; here: " + piece)))
                .toList());
    }

    /** A program of the host that was given a shadow's port would get the connections that clients begin meanwhile. */
    private List<ConfigurationProblem> ports() {
        try {
            EphemeralPorts ephemeral = EphemeralPorts.read();
            return ephemeral
                    .overlap(config.listenPorts())
                    .map(overlap -> new ConfigurationProblem(
                            "listen-ports",
                            config.listenPorts().toString(),
                            "ports that the kernel does not give to others, as it does with " + overlap + " of "
                                    + ephemeral + "; " + ephemeral.remedy(overlap)))
                    .stream()
                    .toList();
        } catch (IOException e) {
            LOG.warn("ephemeral ports cannot be read, so listen-ports are not checked: {}", e.toString());
            return List.of();
        }
    }

    /** For those who clear up after a router that was killed. */
    private void writeDown(List<Path> places) {
        Path file = config.stateDirectory().resolve("confinement");
        try {
            Files.write(file, places.stream().map(Path::toString).toList());
        } catch (IOException e) {
            LOG.warn("{}: cannot be written: {}", file, e.toString());
        }
    }

    /** Whoever was a container of an earlier router's and is not one of this one's by now has ended. */
    private void dismissLeft() {
        for (String name : confinement().leftContainers()) {
            LOG.info("container {} of an earlier router was not registered again: what it had ends", name);
            confinement().dismissLeft(name);
        }
    }

    private ConfinementConfig bounds() {
        ConfinementConfig usual = ConfinementConfig.forHost(config.hostAddress());
        // One place is for the router's own sockets, one index for this host.
        return new ConfinementConfig(
                usual.hostAddress(),
                config.limits().containers() + 1,
                usual.socketsPerContainer(),
                usual.destinationsPerContainer(),
                usual.destinations(),
                config.limits().peers() + 1,
                usual.grants(),
                usual.handshakes(),
                config.flowLog().isPresent());
    }

    /** Whether the router is in secure mode. */
    public boolean isOn() {
        return config.mode() == RouterMode.SECURE;
    }

    /** The kernel's side of it. */
    public Confinement confinement() {
        if (confinement == null) {
            throw new IllegalStateException("not in secure mode, or not started");
        }
        return confinement;
    }

    /**
     * Makes a place for the sockets of a container, or goes on with the one that an earlier router has made. A container of the same id in another
     * namespace is another one.
     *
     * @param namespace cookie of its network namespace, 0 if that is not known
     * @throws ConfinementException if there are too many
     */
    public ConfinedContainer admit(String id, long namespace) throws ConfinementException {
        ConfinedContainer place = confinement().admit(name(id, namespace));
        admitted.put(place.name(), new Admitted(id, place));
        place.whenReady(failure -> {
            if (failure != null) {
                LOG.warn("container {} stays on the overlay: {}", id, failure.getMessage());
            }
        });
        return place;
    }

    /** Takes all from a container, see {@link Confinement#dismiss}. */
    public void dismiss(ConfinedContainer place) {
        confinement().dismiss(place);
        loop.schedule(
                () -> admitted.computeIfPresent(place.name(), (name, last) -> last.place() == place ? null : last),
                NAME_SECONDS,
                TimeUnit.SECONDS);
    }

    /**
     * The place of this router's own sockets. No container can have its name.
     *
     * @throws ConfinementException if there is no room
     */
    public ConfinedContainer own() throws ConfinementException {
        if (own == null) {
            own = confinement().admit(OWN_NAME);
        }
        return own;
    }

    /** The id of the container that the kernel's side calls so; what it is called if that is not known. Thread-safe. */
    public String id(String kernelName) {
        Admitted known = admitted.get(kernelName);
        return known == null ? kernelName : known.id();
    }

    /** What the kernel's side calls it: names are shorter there. */
    static String name(String id, long namespace) {
        return shortened(namespace == 0 ? id : id + "." + Long.toHexString(namespace));
    }

    private static String shortened(String id) {
        if (id.length() <= LONGEST_NAME) {
            return id;
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
            String end = "~" + HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
            return id.substring(0, LONGEST_NAME - end.length()) + end;
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /** What containers have in the kernel stays in force. To be called by the event loop. */
    public void close() {
        if (confinement != null) {
            if (own != null) {
                confinement.dismiss(own);
            }
            confinement.close();
        }
    }
}
