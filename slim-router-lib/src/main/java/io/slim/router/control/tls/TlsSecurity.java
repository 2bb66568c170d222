package io.slim.router.control.tls;

import io.netty.channel.Channel;
import io.slim.api.ConfigurationException;
import io.slim.api.ControlTls;
import io.slim.api.status.CertificateStatus;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mutual TLS with the credentials in files. New connections use what the files have now; those that stand go on. One thread
 * of its own reads the files and does the arithmetic of handshakes, so that neither holds up the event loop.
 */
public final class TlsSecurity {

    private static final Logger LOG = LoggerFactory.getLogger(TlsSecurity.class);

    private final ControlTls files;
    private final InetAddress host;
    private final Duration poll;
    private final Consumer<String> trouble;
    private final Expiry expiry;
    private volatile @Nullable TlsContexts contexts;
    private @Nullable ScheduledExecutorService thread;
    private @Nullable Stamps stamps;
    private String complaint = "";
    private volatile @Nullable CertificateStatus status;

    /**
     * Reads nothing yet.
     *
     * @param host whose certificate it is
     * @param poll how often the files are looked at
     * @param trouble told, by a thread of this class, when the credentials cease to be fit for use
     */
    public TlsSecurity(ControlTls files, InetAddress host, Duration poll, Consumer<String> trouble) {
        this.files = files;
        this.host = host;
        this.poll = poll;
        this.trouble = trouble;
        this.expiry = new Expiry(this::tell);
    }

    /**
     * Reads the files and begins to look after them.
     *
     * @throws ConfigurationException with all that is wrong with them; nothing is held then
     */
    public void start() {
        stamps = Stamps.of(files);
        TlsContexts first = read();
        contexts = first;
        look(first);
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread made = new Thread(work, "slim-tls");
            made.setDaemon(true);
            return made;
        });
        thread = started;
        ScheduledFuture<?> unused =
                started.scheduleWithFixedDelay(this::poll, poll.toNanos(), poll.toNanos(), TimeUnit.NANOSECONDS);
    }

    private TlsContexts read() {
        try {
            return new TlsContexts(CredentialFiles.read(files, host));
        } catch (GeneralSecurityException | SSLException e) {
            throw new IllegalStateException("this JDK cannot use " + files + ": " + e.getMessage(), e);
        }
    }

    private void poll() {
        try {
            reload();
        } catch (RuntimeException e) {
            complain(String.valueOf(e.getMessage()));
        }
        TlsContexts present = contexts;
        if (present != null) {
            look(present);
        }
    }

    private void look(TlsContexts present) {
        expiry.check(present.own(), Instant.now());
        Optional<String> trouble = complaint.isEmpty() ? expiry.trouble() : Optional.of(complaint);
        status = new CertificateStatus(
                files.certificates(), present.own().getNotAfter().toInstant(), trouble);
    }

    /** The certificate in use; empty before the start. */
    public Optional<CertificateStatus> status() {
        return Optional.ofNullable(status);
    }

    /** Files that could not be used are read again each time: they may have been seen half written. */
    private void reload() {
        Stamps now = Stamps.of(files);
        if (now.equals(stamps) && complaint.isEmpty()) {
            return;
        }
        stamps = now;
        TlsContexts changed = read();
        contexts = changed;
        complaint = "";
        LOG.info(
                "{}: read again, valid until {}",
                files.certificates(),
                changed.own().getNotAfter().toInstant());
    }

    private void complain(String what) {
        String text = "changed files of the control channel cannot be used, the old ones stay in force: " + what;
        if (!text.equals(complaint)) {
            complaint = text;
            tell(text);
        }
    }

    private void tell(String what) {
        LOG.error("{}", what);
        trouble.accept(what);
    }

    /**
     * Puts TLS before everything else on a connection that is about to open.
     *
     * @param peer the address at its other end
     * @param dialled whether this router has dialled
     * @param deadlineMillis for the handshake
     * @param readyEvent told to the handlers behind when the peer has proved that it speaks for its address
     */
    public void protect(Channel channel, InetAddress peer, boolean dialled, long deadlineMillis, Object readyEvent) {
        TlsContexts present = contexts;
        ScheduledExecutorService executor = thread;
        if (present == null || executor == null) {
            throw new IllegalStateException("not started");
        }
        channel.pipeline()
                .addLast(present.handler(channel.alloc(), peer, dialled, deadlineMillis, executor))
                .addLast(new CertificateGate(peer, readyEvent));
    }

    /** Ends the thread; connections must be closed before. */
    public void close() {
        if (thread != null) {
            thread.shutdownNow();
        }
    }
}
