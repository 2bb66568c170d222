package io.slim.oci.hosting;

import io.netty.channel.unix.FileDescriptor;
import io.slim.api.resolver.table.Prefix;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.NetworkNamespaces;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The overlay addresses of a container, read inside its network namespace while nobody else is in it yet. */
final class OverlayAddresses {

    private OverlayAddresses() {}

    /** Those of a network namespace that lie in one of these prefixes. */
    static Set<InetAddress> inside(Path namespace, List<Prefix> prefixes) throws IOException {
        FileDescriptor opened = Descriptors.openReadOnly(namespace);
        try {
            return NetworkNamespaces.inside(opened, () -> ofThisThread(prefixes));
        } finally {
            Descriptors.close(opened);
        }
    }

    private static Set<InetAddress> ofThisThread(List<Prefix> prefixes) throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(device -> device.getInterfaceAddresses().stream())
                .map(InterfaceAddress::getAddress)
                .filter(address -> prefixes.stream().anyMatch(prefix -> prefix.contains(address)))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
