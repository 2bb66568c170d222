package io.slim.standalone;

import io.slim.api.ConfigurationException;
import io.slim.api.ConfigurationProblem;
import io.slim.api.PortRange;
import io.slim.api.RouterConfig;
import io.slim.api.RouterConfigBuilder;
import io.slim.api.RouterMode;
import io.slim.api.RouterTimes;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.policy.PolicyProvider;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of {@code slim router}. Read as text, so that all that is wrong can be reported together. */
final class RouterOptions {

    /** A file whose name looks like that can be given as ./FILE. */
    private static final Pattern PLUG_IN = Pattern.compile("([a-z][a-z0-9-]*):(.*)");

    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    @Parameters(arity = "0..1", paramLabel = "HOST-IP", description = "This host's address in the underlay.")
    private String host;

    @Option(
            names = "--resolver",
            paramLabel = "NAME:ARGUMENT",
            description = "Which overlay address lives on which host; static:FILE reads a YAML file.")
    private String resolver;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = {
                "Which connections may bypass the overlay, and how fast they may send: a YAML file, read again when it"
                        + " changes (default: all, as fast as they can).",
                "NAME:KEY=VALUE,... uses a policy plug-in instead."
            })
    private String policy;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "non-secure: containers are trusted with sockets of the host. Must be given.")
    private String mode = "secure";

    @Option(names = "--control-insecure", description = "Routers talk to each other without TLS; for labs.")
    private boolean controlInsecure;

    @Option(names = "--socket", paramLabel = "PATH", description = "UNIX socket for shims (/run/slim/slim.sock).")
    private Path socket;

    @Option(names = "--state-dir", paramLabel = "DIR", description = "The router's own files (/run/slim/state).")
    private Path stateDirectory;

    @Option(names = "--listen-ports", paramLabel = "A-B", description = "Ports of shadow listeners (61000-64999).")
    private String listenPorts;

    @Option(names = "--control-port", paramLabel = "N", description = "TCP port of the control channel (6786).")
    private String controlPort;

    @Option(
            names = "--connect-deadline-ms",
            paramLabel = "N",
            description = "A connect that is not decided by then takes the overlay (80); less than SLIM_WAIT_MS.")
    private String connectDeadline;

    private final List<ConfigurationProblem> problems = new ArrayList<>();

    /** Which resolver to open. */
    String resolver() {
        return resolver;
    }

    /**
     * Opens the policy that the options ask for.
     *
     * @throws ConfigurationException with all problems
     */
    ConnectionPolicy policy() {
        if (policy == null) {
            return ConnectionPolicy.ALLOW;
        }
        Matcher plugIn = PLUG_IN.matcher(policy);
        if (!plugIn.matches()) {
            return PolicyProvider.open("file", Map.of("path", policy));
        }
        Map<String, String> settings = new LinkedHashMap<>();
        for (String setting : plugIn.group(2).split(",", -1)) {
            int equals = setting.indexOf('=');
            if (!setting.isEmpty()
                    && (equals < 1
                            || settings.put(setting.substring(0, equals), setting.substring(equals + 1)) != null)) {
                throw new ConfigurationException(List.of(
                        new ConfigurationProblem("--policy", policy, "FILE or NAME:KEY=VALUE,... with each key once")));
            }
        }
        return PolicyProvider.open(plugIn.group(1), settings);
    }

    /**
     * The configuration that the options ask for.
     *
     * @throws ConfigurationException with all problems of all options
     */
    RouterConfig config() {
        RouterConfigBuilder builder =
                RouterConfig.builder().controlInsecure(controlInsecure).mode(RouterMode.NON_SECURE);
        if (resolver == null) {
            problem("--resolver", "", "NAME:ARGUMENT, such as static:/etc/slim/hosts.yaml");
        }
        apply(host, text -> builder.hostAddress(address(text)));
        apply(mode, text -> builder.mode(mode(text)));
        apply(socket, path -> builder.socket(path.toAbsolutePath()));
        apply(stateDirectory, path -> builder.stateDirectory(path.toAbsolutePath()));
        apply(listenPorts, text -> builder.listenPorts(PortRange.parse(text)));
        apply(controlPort, text -> builder.controlPort(number(text)));
        apply(connectDeadline, text -> builder.times(RouterTimes.DEFAULT.withConnectDeadline(milliseconds(text))));
        RouterConfig config = null;
        try {
            config = builder.build();
        } catch (ConfigurationException e) {
            problems.addAll(e.problems());
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return config;
    }

    private <T> void apply(T value, Consumer<T> option) {
        if (value == null) {
            return;
        }
        try {
            option.accept(value);
        } catch (WrongOption e) {
            problems.add(e.problem);
        } catch (IllegalArgumentException e) {
            problem("--listen-ports", String.valueOf(value), "A-B, such as 61000-64999");
        }
    }

    private static InetAddress address(String text) {
        try {
            if (ADDRESS.matcher(text).matches()) {
                return InetAddress.getByName(text);
            }
        } catch (UnknownHostException e) {
            throw new WrongOption("HOST-IP", text, "an IPv4 or IPv6 address", e);
        }
        throw new WrongOption("HOST-IP", text, "an IPv4 or IPv6 address", null);
    }

    private static RouterMode mode(String text) {
        return switch (text) {
            case "secure" -> RouterMode.SECURE;
            case "non-secure" -> RouterMode.NON_SECURE;
            default -> throw new WrongOption("--mode", text, "non-secure", null);
        };
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new WrongOption("--control-port", text, "1 to 65535", e);
        }
    }

    private static Duration milliseconds(String text) {
        try {
            return Duration.ofMillis(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw new WrongOption("--connect-deadline-ms", text, "1 to 10000", e);
        }
    }

    private void problem(String key, String value, String expected) {
        problems.add(new ConfigurationProblem(key, value, expected));
    }

    private static final class WrongOption extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient ConfigurationProblem problem;

        private WrongOption(String key, String value, String expected, Throwable cause) {
            super(cause);
            problem = new ConfigurationProblem(key, value, expected);
        }
    }
}
