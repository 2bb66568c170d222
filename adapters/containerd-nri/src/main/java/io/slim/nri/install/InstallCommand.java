package io.slim.nri.install;

import io.slim.oci.install.Installation;
import io.slim.oci.install.RouterJava;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code slim-nri install}: writes the launcher, and a unit, or what a runtime launches. */
@Command(
        name = "install",
        description = "Puts the plug-in on this node, as a service. Again: brings it up to date.",
        mixinStandardHelpOptions = true)
public final class InstallCommand implements Callable<Integer> {

    @Mixin
    private Places places = new Places();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Settings of the router (/etc/slim/containerd.yaml, else /etc/slim/router.yaml, when it starts).")
    private @Nullable Path config;

    @Option(
            names = "--log",
            paramLabel = "FILE",
            description = "Where a plug-in that the runtime launches logs (/var/log/slim-nri.log).")
    private Path log = Path.of("/var/log/slim-nri.log");

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Optional<Path> settings = Optional.ofNullable(config).map(Path::toAbsolutePath);
        Installation installation = new Installation(this::say);
        installation.program(
                places.launcher(),
                Texts.launcher(RouterJava.command(), RouterJava.classPath(), settings, log.toAbsolutePath()));
        if (places.launched().isPresent()) {
            installation.link(places.launched().get(), places.launcher());
            say("installed: the runtime launches it when it is started the next time");
        } else {
            installation.file(places.unit(), Texts.unit(places.launcher()));
            say("installed; now: systemctl daemon-reload && systemctl enable --now slim-nri");
        }
        return 0;
    }

    private void say(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }
}
