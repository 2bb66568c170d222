package io.slim.it.envoy;

import com.google.protobuf.Duration;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.controlplane.cache.NodeGroup;
import io.envoyproxy.controlplane.cache.v3.SimpleCache;
import io.envoyproxy.controlplane.cache.v3.Snapshot;
import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.HealthCheck;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What tells the client's Envoy of its clusters (CDS) and their endpoints (EDS), over ADS, at a UNIX socket. */
final class ControlPlane implements AutoCloseable {
    private static final String ALL = "all";

    private final SimpleCache<String> cache = new SimpleCache<>(new NodeGroup<>() {
        @Override
        public String hash(Node node) {
            return ALL;
        }
    });
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final AtomicInteger version = new AtomicInteger();
    private final Server server;

    ControlPlane(Path socket) throws IOException {
        set(List.of(), List.of());
        server = NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                .channelType(EpollServerDomainSocketChannel.class)
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .directExecutor()
                .addService(new V3DiscoveryServer(cache).getAggregatedDiscoveryServiceImpl())
                .build()
                .start();
    }

    /** From now on these are all. */
    void set(List<Cluster> clusters, List<ClusterLoadAssignment> endpoints) {
        cache.setSnapshot(
                ALL,
                Snapshot.create(clusters, endpoints, List.of(), List.of(), List.of(), "" + version.incrementAndGet()));
    }

    /** A cluster whose endpoints come by EDS. */
    static Cluster byEds(String name) {
        return Cluster.newBuilder()
                .setName(name)
                .setType(Cluster.DiscoveryType.EDS)
                .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder()
                        .setEdsConfig(ConfigSource.newBuilder()
                                .setAds(AggregatedConfigSource.getDefaultInstance())
                                .setResourceApiVersion(ApiVersion.V3)))
                .build();
    }

    /** A cluster that asks its endpoints ten times a second whether they are well, and believes them at once. */
    static Cluster checked(String name, String address, int... ports) {
        return fixed(name, address, ports)
                .addHealthChecks(HealthCheck.newBuilder()
                        .setTimeout(seconds(2))
                        .setInterval(tenth())
                        .setNoTrafficInterval(tenth())
                        .setUnhealthyThreshold(UInt32Value.of(1))
                        .setHealthyThreshold(UInt32Value.of(1))
                        .setHttpHealthCheck(
                                HealthCheck.HttpHealthCheck.newBuilder().setPath("/health")))
                .build();
    }

    /** A cluster that leaves an endpoint out after two failures. */
    static Cluster watched(String name, String address, int... ports) {
        return fixed(name, address, ports)
                .setOutlierDetection(OutlierDetection.newBuilder()
                        .setConsecutive5Xx(UInt32Value.of(2))
                        .setInterval(tenth())
                        .setBaseEjectionTime(seconds(60))
                        .setMaxEjectionPercent(UInt32Value.of(50)))
                .build();
    }

    private static Cluster.Builder fixed(String name, String address, int... ports) {
        return Cluster.newBuilder()
                .setName(name)
                .setType(Cluster.DiscoveryType.STATIC)
                .setLoadAssignment(endpoints(name, address, ports));
    }

    static ClusterLoadAssignment endpoints(String cluster, String address, int... ports) {
        List<LbEndpoint> all = new ArrayList<>();
        for (int port : ports) {
            Address place = Address.newBuilder()
                    .setSocketAddress(
                            SocketAddress.newBuilder().setAddress(address).setPortValue(port))
                    .build();
            all.add(LbEndpoint.newBuilder()
                    .setEndpoint(Endpoint.newBuilder().setAddress(place))
                    .build());
        }
        return ClusterLoadAssignment.newBuilder()
                .setClusterName(cluster)
                .addEndpoints(LocalityLbEndpoints.newBuilder().addAllLbEndpoints(all))
                .build();
    }

    private static Duration seconds(long seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }

    private static Duration tenth() {
        return Duration.newBuilder().setNanos(100_000_000).build();
    }

    @Override
    public void close() {
        server.shutdownNow();
        var unused = loop.shutdownGracefully();
    }
}
