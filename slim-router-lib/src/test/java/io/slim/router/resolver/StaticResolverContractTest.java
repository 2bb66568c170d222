package io.slim.router.resolver;

import io.slim.api.contract.OverlayResolverContract;
import io.slim.api.resolver.OverlayResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.io.TempDir;

class StaticResolverContractTest extends OverlayResolverContract {

    @TempDir
    private Path directory;

    @Override
    protected OverlayResolver create() throws IOException {
        moveKnownAddress(hostOfKnownAddress());
        return new StaticResolver(file());
    }

    private Path file() {
        return directory.resolve("hosts.yaml");
    }

    @Override
    protected InetAddress knownAddress() throws IOException {
        return InetAddress.getByName("10.32.0.1");
    }

    @Override
    protected InetAddress hostOfKnownAddress() throws IOException {
        return InetAddress.getByName("192.168.77.100");
    }

    @Override
    protected InetAddress unknownAddress() throws IOException {
        return InetAddress.getByName("10.32.0.2");
    }

    @Override
    protected void moveKnownAddress(InetAddress host) throws IOException {
        Path next = directory.resolve("next.yaml");
        Files.writeString(next, "hosts: {10.32.0.1: " + host.getHostAddress() + "}");
        Files.move(next, file(), StandardCopyOption.REPLACE_EXISTING);
    }
}
