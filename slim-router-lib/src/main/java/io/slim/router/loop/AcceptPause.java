package io.slim.router.loop;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import io.slim.router.observe.RareLog;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For listening sockets: when accept fails, for want of descriptors in the first place, tries again after a pause. Who
 * waits in the backlog would otherwise keep the event loop busy with failing.
 */
public final class AcceptPause extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(AcceptPause.class);
    private static final long PAUSE_MILLIS = 200;

    private final String what;
    private final RareLog rareLog = new RareLog(LOG);
    private boolean pausing;

    /**
     * One is needed for each socket.
     *
     * @param what is accepted, for the log
     */
    public AcceptPause(String what) {
        this.what = what;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        rareLog.warn(
                "accept",
                "{}: none is accepted, new ones wait: {} (too many open files? see ulimit -n)",
                what,
                cause.getMessage());
        if (!pausing) {
            pausing = true;
            ChannelConfig config = ctx.channel().config();
            config.setAutoRead(false);
            ScheduledFuture<?> unused = ctx.executor()
                    .schedule(
                            () -> {
                                pausing = false;
                                config.setAutoRead(true);
                            },
                            PAUSE_MILLIS,
                            TimeUnit.MILLISECONDS);
        }
    }
}
