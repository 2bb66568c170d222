package io.slim.resolver.calico;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Makes the client for etcd. Files are read each time: what was renewed is used from the next connection on. */
final class EtcdClient {

    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration KEEPALIVE = Duration.ofSeconds(10);

    /** Of a message; more is an error. */
    static final int MOST_BYTES = 32 << 20;

    private EtcdClient() {}

    /**
     * Connects when it is first used.
     *
     * @throws IOException if a file cannot be read
     */
    static Client connect(CalicoOptions options) throws IOException {
        ClientBuilder builder = Client.builder()
                .endpoints(options.etcd())
                .connectTimeout(CONNECT)
                .keepaliveTime(KEEPALIVE)
                .keepaliveTimeout(KEEPALIVE)
                .maxInboundMessageSize(MOST_BYTES)
                .retryMaxAttempts(0)
                .waitForReady(false);
        if (options.user() != null && options.passwordFile() != null) {
            String password = Files.readString(options.passwordFile()).strip();
            builder.user(bytes(options.user())).password(bytes(password));
        }
        if (options.etcd().get(0).getScheme().equals("https")) {
            builder.sslContext(tls(options).build());
        }
        return builder.build();
    }

    private static SslContextBuilder tls(CalicoOptions options) throws IOException {
        SslContextBuilder tls = GrpcSslContexts.forClient();
        if (options.ca() != null) {
            tls.trustManager(readable(options.ca()));
        }
        if (options.certificate() != null && options.key() != null) {
            tls.keyManager(readable(options.certificate()), readable(options.key()));
        }
        return tls;
    }

    private static File readable(@Nullable Path file) throws IOException {
        if (file == null || !Files.isReadable(file)) {
            throw new IOException(file + " cannot be read");
        }
        return file.toFile();
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }
}
