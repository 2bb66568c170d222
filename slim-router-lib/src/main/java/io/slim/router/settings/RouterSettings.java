package io.slim.router.settings;

import static java.util.Map.entry;

import io.slim.api.ConfigurationException;
import io.slim.api.ConfigurationProblem;
import io.slim.api.OverlayProof;
import io.slim.api.PortRange;
import io.slim.api.RouterConfig;
import io.slim.api.RouterConfigBuilder;
import io.slim.api.RouterLimits;
import io.slim.api.RouterMode;
import io.slim.api.RouterTimes;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The settings that make a {@link RouterConfig}: each is declared here once, with what it does. To add one, add a line to
 * {@link #DECLARED}; {@code docs/configuration.md} must then have it too.
 */
public final class RouterSettings {

    /** Which resolver to open; not part of a {@link RouterConfig}. */
    public static final Setting<String> RESOLVER = new Setting<>(
            "resolver",
            new ValueType<>(
                    "NAME:ARGUMENT", "NAME:ARGUMENT, such as static:/etc/slim/hosts.yaml", UnaryOperator.identity()),
            "",
            "Which overlay address lives on which host; static:FILE reads a YAML file, kernel: this host's tables. Several,"
                    + " separated by commas, are asked in turn. Must be given.");

    /** Which policy to open; not part of a {@link RouterConfig}. */
    public static final Setting<String> POLICY = new Setting<>(
            "policy",
            new ValueType<>("FILE", "FILE, or NAME:KEY=VALUE,... with each key once", UnaryOperator.identity()),
            "",
            "Which connections may bypass the overlay, and how fast they may send: a YAML file, read again when it changes;"
                    + " NAME:KEY=VALUE,... is a plug-in. Without: all, as fast as they can.");

    /** This host's address. */
    public static final Setting<InetAddress> HOST_ADDRESS = new Setting<>(
            "host-address",
            ValueType.ADDRESS,
            "",
            "This host's address in the underlay, also given as HOST-IP. Must be given.");

    /** Whether routers talk without TLS. */
    public static final Setting<Boolean> CONTROL_INSECURE = new Setting<>(
            "control-insecure", ValueType.SWITCH, "false", "Routers talk to each other without TLS; for labs.");

    /** Where routers talk to each other. */
    public static final Setting<Integer> CONTROL_PORT = new Setting<>(
            "control-port", ValueType.PORT, "6786", "TCP port of the control channel, the same on all hosts.");

    /** Where shadows listen. */
    public static final Setting<PortRange> LISTEN_PORTS = new Setting<>(
            "listen-ports",
            ValueType.PORT_RANGE,
            "61000-64999",
            "Ports of shadow listeners; outside the host's ephemeral ports.");

    /** Where shims connect to. */
    public static final Setting<Path> SOCKET =
            new Setting<>("socket", ValueType.PATH, "/run/slim/slim.sock", "UNIX socket for shims.");

    /** Where the router's own files are, {@code admin.sock} among them. */
    public static final Setting<Path> STATE_DIRECTORY = new Setting<>(
            "state-dir", ValueType.PATH, "/run/slim/state", "The router's own files, with the socket of slim status.");

    private static final ValueType<RouterMode> MODES = ValueType.oneOf(
            "MODE", Map.ofEntries(entry("secure", RouterMode.SECURE), entry("non-secure", RouterMode.NON_SECURE)));

    /** How far containers are trusted. */
    public static final Setting<RouterMode> MODE = new Setting<>(
            "mode",
            MODES,
            "secure",
            "secure: the kernel confines the host sockets that containers get (eBPF); non-secure: containers are"
                    + " trusted with sockets of the host.");

    private static final ValueType<OverlayProof.Mode> PROOF_MODE = ValueType.oneOf(
            "MODE",
            Map.ofEntries(
                    entry("auto", OverlayProof.Mode.AUTOMATIC),
                    entry("on", OverlayProof.Mode.ON),
                    entry("off", OverlayProof.Mode.OFF)));

    private static final Map<Setting<?>, Effect<?>> DECLARED = declare(
            on(HOST_ADDRESS, (draft, value) -> draft.config.hostAddress(value)),
            on(MODE, (draft, value) -> draft.config.mode(value)),
            on(
                    new Setting<>(
                            "accept-capable",
                            ValueType.NAMES,
                            "",
                            "Containers, by id or label name, that get host sockets in secure mode although they hold"
                                    + " CAP_NET_ADMIN or CAP_SYS_ADMIN, and can change the host's network with them."),
                    (draft, value) -> draft.config.acceptCapable(value)),
            on(CONTROL_INSECURE, (draft, value) -> draft.config.controlInsecure(value)),
            on(
                    new Setting<>(
                            "control-cert",
                            ValueType.PATH,
                            "",
                            "PEM: this host's certificate, with its address (IP SAN), then its chain."),
                    (draft, value) -> draft.controlFiles.certificates = value),
            on(
                    new Setting<>(
                            "control-key",
                            ValueType.PATH,
                            "",
                            "PEM: the certificate's private key, PKCS #8, unencrypted."),
                    (draft, value) -> draft.controlFiles.key = value),
            on(
                    new Setting<>(
                            "control-ca",
                            ValueType.PATH,
                            "",
                            "PEM: authorities that issue certificates of hosts. The three files go together, and are read"
                                    + " again when they change."),
                    (draft, value) -> draft.controlFiles.authorities = value),
            on(CONTROL_PORT, (draft, value) -> draft.config.controlPort(value)),
            on(SOCKET, (draft, value) -> draft.config.socket(value)),
            on(STATE_DIRECTORY, (draft, value) -> draft.config.stateDirectory(value)),
            on(
                    new Setting<>(
                            "containers-dir",
                            ValueType.PATH,
                            "",
                            "Where registered containers have their socket directories; containers in state-dir if not"
                                    + " given."),
                    (draft, value) -> draft.config.containersDirectory(value)),
            on(LISTEN_PORTS, (draft, value) -> draft.config.listenPorts(value)),
            on(
                    new Setting<>(
                            "metrics-listen",
                            ValueType.ENDPOINT,
                            "",
                            "Where metrics are served for Prometheus, over HTTP in plain text; nowhere if not given."),
                    (draft, value) -> draft.config.metrics(value)),
            on(
                    new Setting<>(
                            "flow-log",
                            ValueType.PATH,
                            "",
                            "In secure mode: a file that gets a line of JSON for each connection past the overlay that has"
                                    + " ended; none if not given."),
                    (draft, value) -> draft.config.flowLog(value)),
            on(
                    new Setting<>(
                            "queue-migration",
                            ValueType.SWITCH,
                            "true",
                            "The router sets net.ipv4.tcp_migrate_req of this host to 1, so that no connection is lost when a"
                                    + " server hands its listener over."),
                    (draft, value) -> draft.config.queueMigration(value)),
            on(
                    new Setting<>(
                            "overlay-proof",
                            PROOF_MODE,
                            "auto",
                            "Whether the overlay must let a container through to a listener before it is bypassed;"
                                    + " auto: if the router has the capabilities."),
                    (draft, value) -> draft.proof = draft.proof.withMode(value)),
            on(
                    new Setting<>(
                            "proof-ttl-s",
                            ValueType.SECONDS,
                            "30",
                            "For how long that holds: within that time a new rule of the overlay takes effect."),
                    (draft, value) -> draft.proof = draft.proof.withTtl(value)),
            on(
                    new Setting<>(
                            "accept-redirects",
                            ValueType.SWITCH,
                            "false",
                            "Containers whose own rules redirect TCP, to a sidecar say, bypass the overlay, and the"
                                    + " sidecar."),
                    (draft, value) -> draft.proof = draft.proof.withAcceptsTranslation(value)),
            on(
                    new Setting<>(
                            "connect-deadline-ms",
                            ValueType.MILLISECONDS,
                            "80",
                            "A connect that is not decided by then takes the overlay; less than SLIM_WAIT_MS."),
                    (draft, value) -> draft.times = draft.times.withConnectDeadline(value)),
            on(
                    new Setting<>(
                            "shadow-stall-ms",
                            ValueType.MILLISECONDS,
                            "1000",
                            "For how long an application may leave its shadow's queue alone before it is withdrawn."),
                    (draft, value) -> draft.times = draft.times.withShadowStall(value)),
            on(
                    new Setting<>(
                            "port-rest-s",
                            ValueType.SECONDS,
                            "180",
                            "For how long the port of a released shadow is not used again."),
                    (draft, value) -> draft.times = draft.times.withPortRest(value)),
            on(
                    new Setting<>(
                            "announce-ttl-s",
                            ValueType.SECONDS,
                            "300",
                            "For how long an announced connection may take to arrive."),
                    (draft, value) -> draft.times = draft.times.withAnnounceTtl(value)),
            on(
                    new Setting<>(
                            "container-linger-s",
                            ValueType.SECONDS,
                            "30",
                            "For how long a container found at the shared socket is remembered after its last use."),
                    (draft, value) -> draft.times = draft.times.withContainerLinger(value)),
            on(
                    new Setting<>(
                            "containers",
                            ValueType.COUNT,
                            "4096",
                            "Most containers known at one time, registered and found."),
                    (draft, value) -> draft.limits = draft.limits.withContainers(value)),
            on(
                    new Setting<>("connections", ValueType.COUNT, "16384", "Most connections of shims, in total."),
                    (draft, value) -> draft.limits = draft.limits.withConnections(value)),
            on(
                    new Setting<>(
                            "connections-per-container",
                            ValueType.COUNT,
                            "2048",
                            "Most connections of shims of one container."),
                    (draft, value) -> draft.limits = draft.limits.withConnectionsPerContainer(value)),
            on(
                    new Setting<>(
                            "connects-per-container",
                            ValueType.COUNT,
                            "512",
                            "Most connects of one container that are being decided at one time."),
                    (draft, value) -> draft.limits = draft.limits.withConnectsPerContainer(value)),
            on(
                    new Setting<>(
                            "listeners-per-container",
                            ValueType.COUNT,
                            "1024",
                            "Most listeners of one container that have a shadow."),
                    (draft, value) -> draft.limits = draft.limits.withListenersPerContainer(value)),
            on(
                    new Setting<>("peers", ValueType.COUNT, "4096", "Most routers of other hosts that are talked to."),
                    (draft, value) -> draft.limits = draft.limits.withPeers(value)),
            on(
                    new Setting<>(
                            "peer-table-sets",
                            ValueType.COUNT,
                            "2048",
                            "Sets of 16 entries in each container's peer table; a power of two."),
                    (draft, value) -> draft.limits = draft.limits.withPeerTableSets(value)),
            on(
                    new Setting<>(
                            "ready-sockets",
                            ValueType.integer("N", 0, 64),
                            "4",
                            "Host sockets kept ready for each pair of container and destination; 0 turns that off."),
                    (draft, value) -> draft.limits = draft.limits.withReadySockets(value)),
            on(
                    new Setting<>(
                            "grants-per-peer",
                            ValueType.COUNT,
                            "16384",
                            "Most pairs of client and listener that clients of one host may have, in secure mode."),
                    (draft, value) -> draft.limits = draft.limits.withGrantsPerPeer(value)),
            on(
                    new Setting<>(
                            "grants-per-container",
                            ValueType.COUNT,
                            "16384",
                            "Most pairs of client and listener for the listeners of one container, in secure mode."),
                    (draft, value) -> draft.limits = draft.limits.withGrantsPerContainer(value)));

    /** A problem found when the configuration is made names the thing in words; a setting has hyphens and a unit. */
    private static final Pattern UNIT = Pattern.compile("-(ms|s)$");

    private static final class Draft {
        private final RouterConfigBuilder config = RouterConfig.builder();
        private final ControlFiles controlFiles = new ControlFiles();
        private OverlayProof proof = OverlayProof.DEFAULT;
        private RouterTimes times = RouterTimes.DEFAULT;
        private RouterLimits limits = RouterLimits.DEFAULT;
    }

    private record Effect<T>(Setting<T> setting, BiConsumer<Draft, T> effect) {
        void apply(Settings from, Draft to) {
            from.get(setting).ifPresent(value -> effect.accept(to, value));
        }
    }

    private RouterSettings() {}

    private static <T> Effect<T> on(Setting<T> setting, BiConsumer<Draft, T> effect) {
        return new Effect<>(setting, effect);
    }

    private static Map<Setting<?>, Effect<?>> declare(Effect<?>... effects) {
        Map<Setting<?>, Effect<?>> declared = new LinkedHashMap<>();
        Stream.of(effects).forEach(effect -> declared.put(effect.setting(), effect));
        return declared;
    }

    /** All of them, in the order in which they are documented. */
    public static List<Setting<?>> all() {
        List<Setting<?>> all = new ArrayList<>(DECLARED.keySet());
        all.add(1, RESOLVER);
        all.add(2, POLICY);
        return List.copyOf(all);
    }

    /**
     * The configuration that settings ask for.
     *
     * @throws ConfigurationException with all that is wrong: with the texts, and with the values together
     */
    public static RouterConfig config(Settings settings) {
        Draft draft = new Draft();
        DECLARED.values().forEach(effect -> effect.apply(settings, draft));
        List<ConfigurationProblem> problems = new ArrayList<>(settings.problems());
        if (settings.get(RESOLVER).isEmpty()) {
            problems.add(new ConfigurationProblem(
                    RESOLVER.flag(), "", RESOLVER.type().expected()));
        }
        draft.controlFiles.give(draft.config, problems);
        RouterConfig config = null;
        try {
            config = draft.config
                    .overlayProof(draft.proof)
                    .times(draft.times)
                    .limits(draft.limits)
                    .build();
        } catch (ConfigurationException e) {
            e.problems().stream()
                    .map(problem -> named(settings, problem))
                    .filter(problem -> !isToldAlready(settings, problem))
                    .forEach(problems::add);
        }
        if (config == null || !problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return config;
    }

    private static ConfigurationProblem named(Settings settings, ConfigurationProblem problem) {
        String words = problem.key().replace(' ', '-');
        return DECLARED.keySet().stream()
                .filter(setting -> UNIT.matcher(setting.name()).replaceFirst("").equals(words))
                .findFirst()
                .map(setting -> new ConfigurationProblem(place(settings, setting), problem.value(), problem.expected()))
                .orElse(problem);
    }

    /** A text that cannot be read leads to a value that is missing. */
    private static boolean isToldAlready(Settings settings, ConfigurationProblem problem) {
        return settings.problems().stream().anyMatch(told -> told.key().equals(problem.key()));
    }

    private static String place(Settings settings, Setting<?> setting) {
        String source = settings.source(setting);
        return source.equals(Given.DEFAULT) ? setting.flag() : source;
    }
}
