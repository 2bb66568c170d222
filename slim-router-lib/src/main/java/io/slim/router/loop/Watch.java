package io.slim.router.loop;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** The loop's interest in a descriptor, until it is closed. Only the event loop touches it. */
public final class Watch implements EpollIoHandle {

    private final FileDescriptor descriptor;
    private final Runnable onReadable;
    private @Nullable IoRegistration registration;
    private boolean closed;

    Watch(FileDescriptor descriptor, Runnable onReadable) {
        this.descriptor = descriptor;
        this.onReadable = onReadable;
    }

    void start(Future<IoRegistration> registering) {
        registering.addListener(done -> {
            if (done.isSuccess()) {
                registration = registering.getNow();
                registration.submit(EpollIoOps.EPOLLIN);
                if (closed) {
                    registration.cancel();
                }
            }
        });
    }

    @Override
    public FileDescriptor fd() {
        return descriptor;
    }

    @Override
    public void handle(IoRegistration from, IoEvent event) {
        if (!closed) {
            onReadable.run();
        }
    }

    /** Nothing is called any more. The descriptor may be closed after that. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (registration != null) {
                registration.cancel();
            }
        }
    }
}
