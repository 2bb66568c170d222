package io.slim.router.connect;

import io.netty.channel.unix.FileDescriptor;
import io.slim.api.event.Reason;
import io.slim.router.container.Container;
import io.slim.router.loop.RouterLoop;
import io.slim.router.protocol.ShimAnswer.ConnectAnswer;
import io.slim.router.protocol.ShimRequest.Connect;
import io.slim.router.sys.Descriptors;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One question of a shim: answered once, and in time. Only the event loop touches it. */
final class Asked {

    private final RouterLoop loop;
    private final Duration deadline;
    private final Verdicts verdicts;
    private final Container container;
    private final Connect request;
    private final Consumer<ConnectAnswer> callback;
    private final long askedNanos = System.nanoTime();
    private boolean waiting;
    private boolean done;

    Asked(
            RouterLoop loop,
            Duration deadline,
            Verdicts verdicts,
            Container container,
            Connect request,
            Consumer<ConnectAnswer> callback) {
        this.loop = loop;
        this.deadline = deadline;
        this.verdicts = verdicts;
        this.container = container;
        this.request = request;
        this.callback = callback;
    }

    Container container() {
        return container;
    }

    Connect request() {
        return request;
    }

    /** It cannot be answered at once. */
    void waits() {
        if (!waiting && !done) {
            waiting = true;
            container.addConnects(1);
            loop.schedule(() -> overlay(Reason.TIMEOUT), deadline.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** The answer is the overlay, unless it has been answered. */
    void overlay(Reason reason) {
        if (!done) {
            answer(verdicts.overlay(container, request.destination(), reason));
        }
    }

    /**
     * The answer is that the kernel knows the way, unless it has been answered.
     *
     * @param socket is the shim's from now on, or closed; null if it needs none
     */
    void known(boolean sameHost, @Nullable FileDescriptor socket) {
        if (!done) {
            verdicts.decided(container, request.destination(), Reason.NONE);
            answer(ConnectAnswer.known(sameHost, socket));
        } else if (socket != null) {
            Descriptors.close(socket);
        }
    }

    private void answer(ConnectAnswer answer) {
        done = true;
        if (waiting) {
            container.addConnects(-1);
        }
        verdicts.took(System.nanoTime() - askedNanos);
        callback.accept(answer);
    }
}
