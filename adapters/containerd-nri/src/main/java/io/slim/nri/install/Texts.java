package io.slim.nri.install;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The files that are written. */
final class Texts {

    private Texts() {}

    private static String quoted(Object word) {
        return "'" + word.toString().replace("'", "'\\''") + "'";
    }

    /**
     * A script: runtimes launch plug-ins with three variables and no others, their connection as descriptor 3, and nothing that
     * would show what is written.
     *
     * @param java program and options
     * @param config file with settings
     * @param log where a plug-in that was launched writes what it has to say
     */
    static String launcher(List<String> java, String classPath, Optional<Path> config, Path log) {
        String line = java.stream().map(Texts::quoted).collect(Collectors.joining(" "));
        return """
                #!/bin/sh
                # Made by slim-nri install. Called by systemd, by a container runtime, and by people.
                set -eu
                PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
                export PATH
                """
                + config.map(file -> "export SLIM_ROUTER_CONFIG=" + quoted(file) + "\n")
                        .orElse("")
                + """
                if [ "${NRI_PLUGIN_SOCKET:-}" = 3 ]; then
                """
                + "  exec 2>>" + quoted(log) + " >&2\n"
                + """
                  set -- plugin
                else
                  exec 3</dev/null
                fi
                """
                + "exec " + line + " -cp " + quoted(classPath) + " io.slim.nri.Main \"$@\" <&3 3<&-\n";
    }

    static String unit(Path launcher) {
        return """
            # The router of this node, as a plug-in of its container runtime. Made by slim-nri install.
            [Unit]
            Description=Slim router for pods
            Wants=network-online.target
            After=network-online.target
            # Whoever creates containers shall find it there.
            Before=containerd.service crio.service kubelet.service

            [Service]
            ExecStart=%s plugin
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
            """.formatted(launcher);
    }
}
