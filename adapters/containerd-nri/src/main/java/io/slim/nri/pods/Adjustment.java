package io.slim.nri.pods;

import io.slim.nri.protocol.Nri.ContainerAdjustment;
import io.slim.nri.protocol.Nri.KeyValue;
import io.slim.nri.protocol.Nri.Mount;
import io.slim.oci.Addition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What makes a container one with Slim, as a runtime is asked for it: all of it, or nothing. */
final class Adjustment {

    /** For people who look at the container's configuration: the router's name for its pod. */
    private static final String ANNOTATION = "io.slim.pod";

    private Adjustment() {}

    static ContainerAdjustment of(NriContainer container, Path shim, Path socketDirectory, String prefixes) {
        ContainerAdjustment.Builder all = ContainerAdjustment.newBuilder()
                .addMounts(mount(Addition.SOCKET_DIRECTORY, socketDirectory, true))
                .addMounts(mount(Addition.SHIM, shim, false))
                .addEnv(variable(Addition.PRELOAD, Addition.preload(container.variable(Addition.PRELOAD))))
                .putAnnotations(ANNOTATION, socketDirectory.getFileName().toString());
        if (container.variable(Addition.PREFIX).isEmpty()) {
            all.addEnv(variable(Addition.PREFIX, prefixes));
        }
        return all.build();
    }

    private static KeyValue variable(String name, String value) {
        return KeyValue.newBuilder().setKey(name).setValue(value).build();
    }

    private static Mount mount(String destination, Path source, boolean noexec) {
        List<String> options = new ArrayList<>(Addition.MOUNT_OPTIONS);
        if (noexec) {
            options.add("noexec");
        }
        return Mount.newBuilder()
                .setDestination(destination)
                .setType("bind")
                .setSource(source.toString())
                .addAllOptions(options)
                .build();
    }
}
