package io.slim.resolver.calico;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.Auth;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.auth.Permission;
import io.etcd.jetcd.kv.PutResponse;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.Resolution;
import io.slim.api.resolver.Resolution.Nowhere;
import io.slim.api.resolver.ResolverProvider;
import io.slim.api.resolver.table.Prefix;
import io.slim.resolver.common.testing.Answers;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RequiresHost(root = false, programs = "etcd")
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class EtcdResolverTest {

    private static final InetAddress ADDRESS = Prefix.address("10.244.1.7");
    private static final Resolution A = Resolution.on(Prefix.address("192.168.1.10"));
    private static final Resolution B = Resolution.on(Prefix.address("192.168.1.11"));
    private static final String CIDR = "10.244.1.0/26";

    @TempDir
    private Path directory;

    private static void fill(EtcdServer etcd) throws Exception {
        etcd.put(Calico.nodeKey("a"), Calico.node("a", "192.168.1.10/24"));
        etcd.put(Calico.nodeKey("b"), Calico.node("b", "192.168.1.11/24"));
        etcd.put(Calico.poolKey("default"), Calico.pool("10.244.0.0/16", "Always"));
        etcd.put(Calico.blockKey(CIDR), Calico.block(CIDR, "a", Map.of()));
    }

    private static OverlayResolver open(EtcdServer etcd, String... options) {
        return ResolverProvider.open("calico:etcd=" + etcd.url() + String.join("", options));
    }

    @Test
    void followsTenThousandChanges() throws Exception {
        try (EtcdServer etcd = new EtcdServer(directory.resolve("data"))) {
            fill(etcd);
            try (OverlayResolver resolver = open(etcd)) {
                Answers.await(resolver, () -> resolver.resolve(ADDRESS).equals(A));
                List<ByteSequence> values = IntStream.range(0, 64)
                        .mapToObj(i -> EtcdServer.bytes(Calico.block(CIDR, i % 2 == 0 ? "a" : "b", Map.of(i, "b"))))
                        .toList();
                Set<Resolution> seen = new HashSet<>();
                List<CompletableFuture<PutResponse>> puts = new ArrayList<>();
                for (int i = 0; i < 10_000; i++) {
                    puts.add(etcd.client()
                            .getKVClient()
                            .put(EtcdServer.bytes(Calico.blockKey(CIDR)), values.get(i % 64)));
                    if (puts.size() == 200) {
                        EtcdServer.get(CompletableFuture.allOf(puts.toArray(CompletableFuture[]::new)));
                        puts.clear();
                        seen.add(resolver.resolve(ADDRESS));
                    }
                }
                etcd.put(Calico.blockKey(CIDR), Calico.block(CIDR, "b", Map.of(7, "a")));
                long start = System.nanoTime();
                InetAddress last = Prefix.address("10.244.1.8");
                Answers.await(
                        resolver,
                        () -> resolver.resolve(ADDRESS).equals(A)
                                && resolver.resolve(last).equals(B));
                assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
                        .as("ms")
                        .isLessThan(1000);
                assertThat(seen).isSubsetOf(Set.of(A, B));
                etcd.delete(Calico.blockKey(CIDR));
                Answers.await(resolver, () -> resolver.resolve(ADDRESS).equals(Nowhere.UNKNOWN));
            }
        }
    }

    @Test
    void outlivesARestartAndACompactionOfWhatItHasNotSeen() throws Exception {
        try (EtcdServer etcd = new EtcdServer(directory.resolve("data"))) {
            fill(etcd);
            try (OverlayResolver resolver = open(etcd)) {
                Answers.await(resolver, () -> resolver.resolve(ADDRESS).equals(A));
                etcd.kill();
                Answers.await(resolver, () -> !resolver.health().fresh());
                assertThat(resolver.resolve(ADDRESS)).as("what it said last").isEqualTo(A);
                assertThat(resolver.health().detail()).contains("still used");
                etcd.start();
                etcd.put(Calico.blockKey(CIDR), Calico.block(CIDR, "a", Map.of(9, "b")));
                etcd.compact(etcd.put(Calico.blockKey(CIDR), Calico.block(CIDR, "b", Map.of())));
                Answers.await(resolver, () -> resolver.resolve(ADDRESS).equals(B));
                Answers.await(resolver, () -> resolver.health().fresh());
            }
        }
    }

    /** A watch from a revision that etcd has forgotten: what is there is listed again. */
    @Test
    void listsAgainWhatWasCompacted() throws Exception {
        try (EtcdServer etcd = new EtcdServer(directory.resolve("data"))) {
            fill(etcd);
            etcd.compact(etcd.put("/other", "x"));
            try (OverlayResolver resolver = open(etcd)) {
                Answers.await(resolver, () -> resolver.resolve(ADDRESS).equals(A));
                for (int i = 0; i < 50; i++) {
                    String owner = i % 2 == 0 ? "b" : "a";
                    etcd.compact(etcd.put(Calico.blockKey(CIDR), Calico.block(CIDR, owner, Map.of())));
                }
                etcd.put(Calico.blockKey(CIDR), Calico.block(CIDR, "b", Map.of()));
                Answers.await(resolver, () -> resolver.resolve(ADDRESS).equals(B));
            }
        }
    }

    /** More than a message can hold by default, and many pages. */
    @Test
    void readsALargeDatastore() throws Exception {
        int blocks = 600;
        String padding = "x".repeat(10_000);
        try (EtcdServer etcd = new EtcdServer(directory.resolve("data"))) {
            fill(etcd);
            List<CompletableFuture<PutResponse>> puts = new ArrayList<>();
            for (int i = 0; i < blocks; i++) {
                String cidr = "10.244." + i / 4 + "." + i % 4 * 64 + "/26";
                String block = "{\"cidr\":\"" + cidr + "\",\"affinity\":\"host:b\",\"padding\":\"" + padding + "\"}";
                puts.add(etcd.client()
                        .getKVClient()
                        .put(EtcdServer.bytes(Calico.blockKey(cidr)), EtcdServer.bytes(block)));
            }
            EtcdServer.get(CompletableFuture.allOf(puts.toArray(CompletableFuture[]::new)));
            try (OverlayResolver resolver = open(etcd)) {
                Answers.await(resolver, () -> resolver.health().fresh());
                for (int i = 0; i < blocks; i++) {
                    InetAddress address = Prefix.address("10.244." + i / 4 + "." + (i % 4 * 64 + 1));
                    assertThat(resolver.resolve(address)).as(address.toString()).isEqualTo(B);
                }
            }
        }
    }

    /** What may be behind the port instead of etcd; nothing, for one that never answers. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
                ""
            })
    void whatIsNoEtcdIsShown(String says) throws Exception {
        try (ServerSocket other = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            List<Socket> clients = new CopyOnWriteArrayList<>();
            Thread speaking = new Thread(() -> {
                try {
                    while (true) {
                        Socket client = other.accept();
                        clients.add(client);
                        client.getOutputStream().write(says.getBytes(StandardCharsets.UTF_8));
                    }
                } catch (IOException e) {
                    // Closed.
                }
            });
            speaking.start();
            long start = System.nanoTime();
            try (OverlayResolver resolver =
                    ResolverProvider.open("calico:etcd=http://127.0.0.1:" + other.getLocalPort())) {
                assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
                        .as("ms")
                        .isLessThan(3000);
                assertThat(resolver.resolve(ADDRESS)).isEqualTo(Nowhere.UNKNOWN);
                Answers.await(resolver, () -> resolver.health().detail().contains("since"));
                assertThat(resolver.health().fresh()).isFalse();
            }
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    @Test
    void isAwayAtTheStart() throws Exception {
        EtcdServer etcd = new EtcdServer(directory.resolve("data"));
        fill(etcd);
        etcd.kill();
        long start = System.nanoTime();
        try (etcd;
                OverlayResolver resolver = open(etcd)) {
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
                    .as("ms")
                    .isLessThan(3000);
            assertThat(resolver.resolve(ADDRESS)).isEqualTo(Nowhere.UNKNOWN);
            assertThat(resolver.health().fresh()).isFalse();
            etcd.start();
            Answers.await(resolver, () -> resolver.resolve(ADDRESS).equals(A));
        }
    }

    @Test
    void provesItselfByACertificateAndTrustsOnlyItsAuthority() throws Exception {
        X509Bundle authority = new CertificateBuilder()
                .subject("CN=authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        X509Bundle server = new CertificateBuilder()
                .subject("CN=etcd")
                .addSanIpAddress("127.0.0.1")
                .buildIssuedBy(authority);
        X509Bundle client = new CertificateBuilder().subject("CN=slim").buildIssuedBy(authority);
        Path ca = pem("ca", authority.getCertificatePEM());
        Path cert = pem("cert", client.getCertificatePEM());
        Path key = pem("key", client.getPrivateKeyPEM());
        String tls = ",cert=" + cert + ",key=" + key;
        try (EtcdServer etcd = new EtcdServer(
                        directory.resolve("data"),
                        "--cert-file=" + pem("server", server.getCertificatePEM()),
                        "--key-file=" + pem("server-key", server.getPrivateKeyPEM()),
                        "--client-cert-auth",
                        "--trusted-ca-file=" + ca);
                OverlayResolver resolver = open(etcd, ",ca=" + ca, tls);
                OverlayResolver nobody = open(etcd, ",ca=" + ca);
                OverlayResolver distrusting = open(etcd, tls)) {
            Answers.await(resolver, () -> resolver.health().fresh());
            Answers.await(nobody, () -> nobody.health().detail().contains("since"));
            Answers.await(distrusting, () -> distrusting.health().detail().contains("since"));
            assertThat(resolver.health().fresh()).isTrue();
        }
    }

    private Path pem(String name, String text) throws Exception {
        return Files.writeString(directory.resolve(name + ".pem"), text);
    }

    @Test
    void asksForAPasswordIfThereIsOne() throws Exception {
        try (EtcdServer etcd = new EtcdServer(directory.resolve("data"))) {
            fill(etcd);
            Auth auth = etcd.client().getAuthClient();
            EtcdServer.get(auth.roleAdd(EtcdServer.bytes("root")));
            EtcdServer.get(auth.userAdd(EtcdServer.bytes("root"), EtcdServer.bytes("secret")));
            EtcdServer.get(auth.userGrantRole(EtcdServer.bytes("root"), EtcdServer.bytes("root")));
            EtcdServer.get(auth.roleAdd(EtcdServer.bytes("reader")));
            EtcdServer.get(auth.roleGrantPermission(
                    EtcdServer.bytes("reader"),
                    EtcdServer.bytes("/calico/"),
                    EtcdServer.bytes("/calico0"),
                    Permission.Type.READ));
            EtcdServer.get(auth.userAdd(EtcdServer.bytes("slim"), EtcdServer.bytes("reading")));
            EtcdServer.get(auth.userGrantRole(EtcdServer.bytes("slim"), EtcdServer.bytes("reader")));
            EtcdServer.get(auth.authEnable());
            Path password = directory.resolve("password");
            Files.writeString(password, "wrong\n");
            try (OverlayResolver anybody = open(etcd);
                    OverlayResolver wrong = open(etcd, ",user=slim,password-file=" + password)) {
                Answers.await(anybody, () -> !anybody.health().detail().contains("not answered"));
                Answers.await(wrong, () -> wrong.health().detail().contains("authentication failed"));
                assertThat(anybody.resolve(ADDRESS)).isEqualTo(Nowhere.UNKNOWN);
                Files.writeString(password, "reading\n");
                Answers.await(wrong, () -> wrong.resolve(ADDRESS).equals(A));
                Answers.await(wrong, () -> wrong.health().fresh());
            }
        }
    }
}
