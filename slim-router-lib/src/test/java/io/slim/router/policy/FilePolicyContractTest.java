package io.slim.router.policy;

import io.slim.api.Endpoint;
import io.slim.api.contract.ConnectionPolicyContract;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.policy.ConnectionRequest;
import io.slim.api.policy.ConnectionRequest.Side;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.io.TempDir;

class FilePolicyContractTest extends ConnectionPolicyContract {

    @TempDir
    private Path directory;

    @Override
    protected ConnectionPolicy create() throws IOException {
        write("rules: [{to: 10.32.0.9, action: overlay}]");
        return new FilePolicy(directory.resolve("policy.yaml"));
    }

    private void write(String rules) throws IOException {
        Path next = directory.resolve("next.yaml");
        Files.writeString(next, rules);
        Files.move(next, directory.resolve("policy.yaml"), StandardCopyOption.REPLACE_EXISTING);
    }

    private static ConnectionRequest to(String server) throws IOException {
        InetAddress host = InetAddress.getByName("192.168.77.1");
        InetAddress client = InetAddress.getByName("10.32.0.1");
        return new ConnectionRequest(Side.CLIENT, client, host, new Endpoint(InetAddress.getByName(server), 80), host);
    }

    @Override
    protected ConnectionRequest allowed() throws IOException {
        return to("10.32.0.2");
    }

    @Override
    protected ConnectionRequest refused() throws IOException {
        return to("10.32.0.9");
    }

    @Override
    protected boolean refuseWhatWasAllowed() throws IOException {
        write("default: overlay");
        return true;
    }
}
