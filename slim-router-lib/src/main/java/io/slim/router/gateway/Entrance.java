package io.slim.router.gateway;

import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.slim.router.container.Container;
import io.slim.router.container.NotIdentifiedException;
import java.io.IOException;

/** Tells which container a connection is from: each socket has one. */
@FunctionalInterface
interface Entrance {

    /**
     * Tells which container it is, and counts the connection.
     *
     * @throws NotIdentifiedException if nobody is to be let in
     * @throws IOException if the router lacks something to let it in
     */
    Container enter(EpollDomainSocketChannel channel) throws NotIdentifiedException, IOException;
}
