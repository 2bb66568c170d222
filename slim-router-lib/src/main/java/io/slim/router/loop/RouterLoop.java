package io.slim.router.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ScheduledFuture;
import jakarta.inject.Inject;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The router's one event loop. Gateway, control channel and leases share it, so that a connect, which goes through all of
 * them, never waits for another thread to wake up; and so that their state needs no locks.
 */
public final class RouterLoop {

    private static final Logger LOG = LoggerFactory.getLogger(RouterLoop.class);

    private volatile @Nullable MultiThreadIoEventLoopGroup group;

    @Inject
    RouterLoop() {}

    /** Opens what the loop needs. A router that is never started holds nothing. */
    public void start() {
        group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("slim-router", true), EpollIoHandler.newFactory());
    }

    /** Whether there is something to be closed. */
    public boolean isStarted() {
        return group != null;
    }

    /** For bootstraps. */
    public MultiThreadIoEventLoopGroup group() {
        MultiThreadIoEventLoopGroup started = group;
        if (started == null) {
            throw new IllegalStateException("the event loop is not started");
        }
        return started;
    }

    /** Makes the loop serve a channel; if that fails, the channel is closed. */
    public void register(Channel channel) {
        group().register(channel).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    /**
     * Runs something on the loop, after all that it was given before.
     *
     * @throws RejectedExecutionException if the loop has ended
     */
    public void execute(Runnable work) {
        loop().execute(work);
    }

    /** The same for those who may still call when the loop has ended: then nothing is run. */
    public void executeIfOpen(Runnable work) {
        try {
            execute(work);
        } catch (RejectedExecutionException e) {
            LOG.debug("the loop has ended, {} is not run", work);
        }
    }

    /** Runs something on the loop and waits for it. Not to be called by the loop itself. */
    public <T> T call(Callable<T> work) throws Exception {
        refuseToWaitForItself();
        return loop().submit(work).sync().getNow();
    }

    /** The same, for what throws nothing that is checked. */
    public void run(Runnable work) {
        refuseToWaitForItself();
        loop().submit(work).syncUninterruptibly();
    }

    /**
     * The same, but waits only that long.
     *
     * @throws java.util.concurrent.TimeoutException if it was not done by then; it may still be done later
     */
    public <T> T call(Callable<T> work, long patienceMillis) throws Exception {
        refuseToWaitForItself();
        return loop().submit(work).get(patienceMillis, TimeUnit.MILLISECONDS);
    }

    /** Whether this is the loop's own thread. */
    public boolean isCurrent() {
        return loop().inEventLoop();
    }

    private void refuseToWaitForItself() {
        if (isCurrent()) {
            throw new IllegalStateException("the event loop would wait for itself: call this from another thread");
        }
    }

    /** Runs something on the loop, later. */
    public void schedule(Runnable work, long delay, TimeUnit unit) {
        ScheduledFuture<?> unused = loop().schedule(guarded(work), delay, unit);
    }

    /** Runs something on the loop when the clock passes the next multiple of a period, together with repetitions of it. */
    public void scheduleWithRepetitions(Runnable work, long period, TimeUnit unit) {
        schedule(work, Repetition.nanosToNext(unit.toNanos(period)), TimeUnit.NANOSECONDS);
    }

    /**
     * Runs something on the loop again and again. Repetitions of the same period run together, however many there are: each
     * waking up costs an idle router more than the work does.
     *
     * @return ends it
     */
    public Runnable repeat(Runnable work, long period, TimeUnit unit) {
        Repetition repetition = new Repetition(loop(), guarded(work), unit.toNanos(period));
        repetition.next();
        return repetition::end;
    }

    /** What fails must be seen, and a repetition must go on. */
    private static Runnable guarded(Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.error("a task of the event loop failed", e);
            }
        };
    }

    /**
     * Calls something whenever a descriptor has something to read, or an error. Must be called by the loop.
     *
     * @param descriptor stays the caller's; must not be closed before the watch
     */
    public Watch watch(FileDescriptor descriptor, Runnable onReadable) {
        Watch watch = new Watch(descriptor, guarded(onReadable));
        watch.start(group().register(watch));
        return watch;
    }

    private EventLoop loop() {
        return group().next();
    }

    /** Ends the thread and waits for that. */
    public void close() {
        group().shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
