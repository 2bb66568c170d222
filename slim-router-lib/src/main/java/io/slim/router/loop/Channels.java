package io.slim.router.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;

/** Ends channels whose end nobody waits for. */
public final class Channels {

    private Channels() {}

    /** Closes a channel; what that leads to is told to its handlers. */
    public static void close(Channel channel) {
        ChannelFuture unused = channel.close();
    }
}
