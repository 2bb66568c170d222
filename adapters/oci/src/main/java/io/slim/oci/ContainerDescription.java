package io.slim.oci;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A container that is about to be created, or has been, as far as it must be known to tell whether it can have Slim. */
public interface ContainerDescription {

    /** Annotations; empty if there are none. */
    Map<String, String> annotations();

    /** The value of a variable of its environment. */
    Optional<String> variable(String name);

    /** Its program and that one's arguments. */
    List<String> arguments();

    /** The program's working directory. */
    String workingDirectory();

    /** Its root file system on this host; empty if that is not known, or not there yet. */
    Optional<String> rootPath();

    /** What is mounted into it, in this order. */
    List<Mount> mounts();

    /** Whether it has a network namespace other than the host's. */
    boolean hasNetworkNamespace();
}
