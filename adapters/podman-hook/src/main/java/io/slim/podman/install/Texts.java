package io.slim.podman.install;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The files that are written. */
final class Texts {

    private static final JsonFactory JSON = new JsonFactory();
    /** What Podman reads if nothing is said. */
    private static final Path USUAL_HOOKS = Path.of("/usr/share/containers/oci/hooks.d");

    private static final String ENABLE = "io.slim.enable";
    private static final String REQUIRE = "io.slim.require";

    private final Places places;

    Texts(Places places) {
        this.places = places;
    }

    /**
     * See oci-hooks(5).
     *
     * @param annotations that a container must have, all of them, with the value {@code true}
     */
    private static String hook(String stage, Object program, List<String> arguments, List<String> annotations) {
        StringWriter text = new StringWriter();
        try (JsonGenerator to = JSON.createGenerator(text).useDefaultPrettyPrinter()) {
            to.writeStartObject();
            to.writeStringField("version", "1.0.0");
            to.writeObjectFieldStart("hook");
            to.writeStringField("path", program.toString());
            writeArray(to, "args", arguments);
            to.writeEndObject();
            to.writeObjectFieldStart("when");
            to.writeObjectFieldStart("annotations");
            for (String annotation : annotations) {
                to.writeStringField("^" + annotation.replace(".", "\\.") + "$", "^true$");
            }
            to.writeEndObject();
            to.writeEndObject();
            writeArray(to, "stages", List.of(stage));
            to.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written", e);
        }
        return text + "\n";
    }

    private static void writeArray(JsonGenerator to, String field, List<String> values) throws IOException {
        to.writeArrayFieldStart(field);
        for (String value : values) {
            to.writeString(value);
        }
        to.writeEndArray();
    }

    String precreateHook() {
        return hook(
                "precreate",
                places.front(),
                List.of(
                        "slim-hook",
                        "precreate",
                        "--state-dir",
                        places.stateDirectory().toString(),
                        "--starter",
                        places.launcher().toString()),
                List.of(ENABLE));
    }

    String poststopHook() {
        return hook(
                "poststop",
                places.front(),
                List.of(
                        "slim-hook",
                        "poststop",
                        "--state-dir",
                        places.stateDirectory().toString()),
                List.of(ENABLE));
    }

    /** Podman passes over a hook whose program is not there; this one's always is, and misses the other's. */
    String requireHook() {
        String missing =
                "slim: the container is not started, because it has io.slim.require=true and cannot have Slim: "
                        + places.front() + " is missing";
        String look = "[ -x " + quoted(places.front()) + " ] || { echo " + quoted(missing) + " >&2; exit 1; }";
        return hook("createRuntime", "/bin/sh", List.of("sh", "-c", look), List.of(ENABLE, REQUIRE));
    }

    /** See containers.conf(5). */
    String snippet() {
        return "# Podman reads Slim's hooks, beside its usual ones.\n[engine]\nhooks_dir = [\"" + USUAL_HOOKS + "\", \""
                + places.hooksDirectory() + "\"]\n";
    }

    private static String quoted(Object word) {
        return "'" + word.toString().replace("'", "'\\''") + "'";
    }

    /**
     * A script, so that neither PATH nor anything else is needed from Podman, which gives hooks no environment.
     *
     * @param java program and options
     * @param settings variables for the router
     */
    String launcher(List<String> java, String classPath, Map<String, String> settings) {
        String state = quoted(places.stateDirectory());
        String exports = new TreeMap<>(settings)
                .entrySet().stream()
                        .map(setting -> "export " + setting.getKey() + "=" + quoted(setting.getValue()) + "\n")
                        .collect(Collectors.joining());
        String line = java.stream().map(Texts::quoted).collect(Collectors.joining(" "));
        return """
                #!/bin/sh
                # Made by slim-podman-hook install. Called by hooks that find no router, by systemd, and by people.
                set -eu
                PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
                export PATH
                """
                + exports
                + """
                if [ "${1:-}" = router ]; then
                  if [ "${2:-}" = --lock-fd ]; then
                    # The hook has the lock, as descriptor 9; where systemd can run the router, it shall.
                    shift 3
                    set -- router "$@"
                    if [ -d /run/systemd/system ] && systemctl --quiet is-enabled slim-podman-hook.service 2>/dev/null; then
                      exec 9>&-
                      exec systemctl start --no-block slim-podman-hook.service
                    fi
                  else
                """
                + "    mkdir -p " + state + "\n"
                + "    exec 9>>" + state + "/hook.lock\n"
                + """
                    flock -n 9 || { echo "slim-podman-hook: a router is running, or being started, already" >&2; exit 1; }
                  fi
                fi
                """
                + "shared=\n"
                + "[ ! -r " + quoted(places.archive()) + " ] || shared=-XX:SharedArchiveFile="
                + quoted(places.archive())
                + "\n"
                + "exec " + line + " ${shared:+\"$shared\"} -cp " + quoted(classPath) + " io.slim.podman.Main \"$@\"\n";
    }

    String unit() {
        return """
                # The router of this host, for Podman's containers. Made by slim-podman-hook install.
                [Unit]
                Description=Slim router for Podman
                Wants=network-online.target
                After=network-online.target

                [Service]
                ExecStart=%s router
                Restart=always
                RestartSec=1
                LimitNOFILE=65536
                # Before Linux 5.11 eBPF maps count as locked memory.
                LimitMEMLOCK=infinity
                # Secure mode has cgroups of its own at the root of the tree; where that is not writable, below this unit's.
                Delegate=yes
                OOMScoreAdjust=-500
                # The sockets are mounted into containers: they keep their directory over a restart.
                RuntimeDirectory=slim
                RuntimeDirectoryMode=0755
                RuntimeDirectoryPreserve=yes

                [Install]
                WantedBy=multi-user.target
                """.formatted(places.launcher());
    }
}
