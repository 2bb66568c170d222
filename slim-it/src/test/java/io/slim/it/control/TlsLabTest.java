package io.slim.it.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slim.it.HostPath;
import io.slim.it.OverlayWatch;
import io.slim.testbed.Eventually;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.TestBedException;
import io.slim.testbed.junit.RequiresHost;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two hosts whose routers have certificates, from the command line to the application's bytes. */
@RequiresHost(
        programs = {"openssl"},
        slim = true)
class TlsLabTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String PATIENT = "--connect-deadline-ms=4000";
    private static final String PORT = "7100";

    private TestBed bed;
    private Certificates certificates;

    @BeforeEach
    void setUp() throws Exception {
        bed = TestBed.builder().hosts(2).containersPerHost(1).build();
        certificates = new Certificates(bed);
    }

    @AfterEach
    void tearDown() {
        bed.close();
    }

    private Router start(int host, String certifiedAddress) throws Exception {
        String[] tls = certificates.issue(bed.host(host), certifiedAddress);
        return bed.host(host).startSecureRouter(tls[0], tls[1], tls[2], PATIENT);
    }

    @Test
    void connectionsTakeTheHostPathAndCertificatesAreRenewed() throws Exception {
        Router first = start(1, bed.host(1).address());
        Router second = start(2, bed.host(2).address());
        HostPath.awaitReady(bed, bed.container(1), bed.container(2));
        for (int host = 1; host <= 2; host++) {
            certificates.issue(bed.host(host), bed.host(host).address());
        }
        for (Router router : new Router[] {first, second}) {
            Eventually.await(
                    "the new certificate is read", SOON, () -> router.log().contains("read again, valid until"));
        }
        HostPath.awaitReady(bed, bed.container(1), bed.container(2));
        assertThat(first.log() + second.log()).doesNotContain("closed:", "lost the router");
    }

    @Test
    void aRouterWithoutTlsIsNotTalkedTo() throws Exception {
        Router honest = start(1, bed.host(1).address());
        Router other = bed.host(2).startRouter(PATIENT);
        String probe = bed.probe().toString();
        try (Running listening = bed.container(2).slim().start(probe, "serve", PORT)) {
            listening.waitForListener(Integer.parseInt(PORT), SOON);
            OverlayWatch overlay = OverlayWatch.start(bed);
            bed.container(1)
                    .slim()
                    .exec(probe, "connect", bed.container(2).address(), PORT, "1")
                    .orThrow();
            assertThat(overlay.bytes()).as("bytes over the overlay").isPositive();
        }
        // The application did not wait for that.
        Eventually.await("the router says why", SOON, () -> honest.log()
                .contains("it does not speak TLS (is --control-insecure given there?)"));
        assertThat(other.isAlive()).isTrue();
    }

    @Test
    void aRouterWithTheCertificateOfAnotherHostDoesNotStart() {
        assertThatThrownBy(() -> start(1, bed.host(2).address()))
                .isInstanceOf(TestBedException.class)
                .hasMessageContaining("subject alternative name IP:192.168.77.1, this one has [192.168.77.2]");
    }
}
