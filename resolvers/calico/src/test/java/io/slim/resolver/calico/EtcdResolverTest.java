package io.slim.resolver.calico;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.Auth;
import io.etcd.jetcd.auth.Permission;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.Resolution;
import io.slim.api.resolver.Resolution.Nowhere;
import io.slim.api.resolver.ResolverProvider;
import io.slim.api.resolver.table.Prefix;
import io.slim.testbed.junit.RequiresHost;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@RequiresHost(root = false, programs = "etcd")
@Timeout(60)
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

    private static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("within twenty seconds").isLessThan(end);
            Thread.sleep(5);
        }
    }

    private static OverlayResolver open(EtcdServer etcd, String... options) {
        return ResolverProvider.open("calico:etcd=" + etcd.url() + String.join("", options));
    }

    @Test
    void followsTenThousandChanges() throws Exception {
        try (EtcdServer etcd = new EtcdServer(directory.resolve("data"))) {
            fill(etcd);
            try (OverlayResolver resolver = open(etcd)) {
                await(() -> resolver.resolve(ADDRESS).equals(A));
                Set<Resolution> seen = new HashSet<>();
                for (int i = 0; i < 10_000; i += 100) {
                    List<java.util.concurrent.CompletableFuture<?>> puts = new java.util.ArrayList<>();
                    for (int j = i; j < i + 100; j++) {
                        String owner = j % 2 == 0 ? "a" : "b";
                        puts.add(etcd.client()
                                .getKVClient()
                                .put(
                                        EtcdServer.bytes(Calico.blockKey(CIDR)),
                                        EtcdServer.bytes(Calico.block(CIDR, owner, Map.of(j % 64, owner)))));
                    }
                    for (var put : puts) {
                        EtcdServer.get(put);
                    }
                    seen.add(resolver.resolve(ADDRESS));
                }
                etcd.put(Calico.blockKey(CIDR), Calico.block(CIDR, "b", Map.of(7, "a")));
                long start = System.nanoTime();
                InetAddress last = Prefix.address("10.244.1.8");
                await(() -> resolver.resolve(ADDRESS).equals(A)
                        && resolver.resolve(last).equals(B));
                assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
                        .as("ms")
                        .isLessThan(1000);
                assertThat(seen).isSubsetOf(Set.of(A, B));
                etcd.delete(Calico.blockKey(CIDR));
                await(() -> resolver.resolve(ADDRESS).equals(Nowhere.UNKNOWN));
            }
        }
    }

    @Test
    void outlivesARestartAndACompactionOfWhatItHasNotSeen() throws Exception {
        try (EtcdServer etcd = new EtcdServer(directory.resolve("data"))) {
            fill(etcd);
            try (OverlayResolver resolver = open(etcd)) {
                await(() -> resolver.resolve(ADDRESS).equals(A));
                etcd.kill();
                await(() -> !resolver.health().fresh());
                assertThat(resolver.resolve(ADDRESS)).as("what it said last").isEqualTo(A);
                assertThat(resolver.health().detail()).contains("still used");
                etcd.start();
                await(() -> resolver.health().fresh());
                etcd.put(Calico.blockKey(CIDR), Calico.block(CIDR, "b", Map.of()));
                await(() -> resolver.resolve(ADDRESS).equals(B));
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
                await(() -> resolver.resolve(ADDRESS).equals(A));
                for (int i = 0; i < 50; i++) {
                    String owner = i % 2 == 0 ? "b" : "a";
                    etcd.compact(etcd.put(Calico.blockKey(CIDR), Calico.block(CIDR, owner, Map.of())));
                }
                etcd.put(Calico.blockKey(CIDR), Calico.block(CIDR, "b", Map.of()));
                await(() -> resolver.resolve(ADDRESS).equals(B));
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
            await(() -> resolver.resolve(ADDRESS).equals(A));
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
            await(() -> resolver.health().fresh());
            await(() -> nobody.health().detail().contains("since"));
            await(() -> distrusting.health().detail().contains("since"));
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
                await(() -> !anybody.health().detail().contains("not answered"));
                await(() -> wrong.health().detail().contains("authentication failed"));
                assertThat(anybody.resolve(ADDRESS)).isEqualTo(Nowhere.UNKNOWN);
                Files.writeString(password, "reading\n");
                await(() -> wrong.resolve(ADDRESS).equals(A));
                await(() -> wrong.health().fresh());
            }
        }
    }
}
