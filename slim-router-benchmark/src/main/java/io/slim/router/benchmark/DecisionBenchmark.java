package io.slim.router.benchmark;

import io.slim.api.Endpoint;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.policy.ConnectionRequest;
import io.slim.api.policy.PolicyVerdict;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.Resolution;
import io.slim.router.confine.GrantKey;
import io.slim.router.policy.FilePolicyProvider;
import io.slim.router.resolver.StaticResolverProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a first connect to a destination needs: the destination's host, the policy's word, a key for the grant. */
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecisionBenchmark {

    private static final int RULES = 1000;

    /** How many endpoints the resolver knows. */
    @Param({"10", "1000", "100000"})
    public int endpoints;

    private final SecureRandom random = new SecureRandom();
    private Path directory;
    private OverlayResolver resolver;
    private ConnectionPolicy policy;
    private InetAddress[] addresses;
    private ConnectionRequest request;
    private int next;

    /** Writes a file of hosts, and one of rules of which the last one matches. */
    @Setup
    public void make() throws IOException {
        directory = Files.createTempDirectory("slim-benchmark");
        StringBuilder hosts = new StringBuilder("hosts:\n");
        addresses = new InetAddress[endpoints];
        for (int i = 0; i < endpoints; i++) {
            addresses[i] = address(i + 1);
            hosts.append("  \"").append(addresses[i].getHostAddress()).append("\": \"192.168.77.2\"\n");
        }
        resolver = new StaticResolverProvider()
                .create(Files.writeString(directory.resolve("hosts.yaml"), hosts)
                        .toString());
        StringBuilder rules = new StringBuilder("rules:\n");
        for (int i = 0; i < RULES; i++) {
            rules.append("  - { to: 10.40.")
                    .append(i / 250)
                    .append(".")
                    .append(i % 250)
                    .append(", action: overlay }\n");
        }
        rules.append("  - { to: 10.32.0.0/12, action: allow }\n");
        policy = new FilePolicyProvider()
                .create(Map.of(
                        "path",
                        Files.writeString(directory.resolve("policy.yaml"), rules)
                                .toString()));
        request = request();
    }

    private static InetAddress address(int number) throws UnknownHostException {
        return InetAddress.getByAddress(
                new byte[] {10, (byte) (32 + (number >> 16)), (byte) (number >> 8), (byte) number});
    }

    private static ConnectionRequest request() throws UnknownHostException {
        InetAddress client = InetAddress.getByAddress(new byte[] {(byte) 192, (byte) 168, 77, 1});
        InetAddress server = InetAddress.getByAddress(new byte[] {(byte) 192, (byte) 168, 77, 2});
        return new ConnectionRequest(
                ConnectionRequest.Side.CLIENT, address(1), client, new Endpoint(address(2), 80), server);
    }

    /** Ends what reads the files, and removes them. */
    @TearDown
    public void remove() throws IOException {
        resolver.close();
        policy.close();
        for (String name : new String[] {"hosts.yaml", "policy.yaml"}) {
            Files.delete(directory.resolve(name));
        }
        Files.delete(directory);
    }

    /** The host of an address. */
    @Benchmark
    public Resolution resolve() {
        next = next + 1 == endpoints ? 0 : next + 1;
        return resolver.resolve(addresses[next]);
    }

    /** The verdict of the last of a thousand rules. */
    @Benchmark
    public PolicyVerdict decide() {
        return policy.decide(request);
    }

    /** A new key. */
    @Benchmark
    public GrantKey grantKey() {
        return GrantKey.random(random);
    }
}
