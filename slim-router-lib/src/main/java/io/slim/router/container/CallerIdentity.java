package io.slim.router.container;

import io.netty.channel.epoll.EpollDomainSocketChannel;

/**
 * A way of telling which container is at the other end of a UNIX socket. Each gateway socket has one: the shared socket
 * asks the kernel for the caller's network namespace, a container's own socket knows by its path.
 */
interface CallerIdentity {

    /**
     * Tells who connected.
     *
     * @throws NotIdentifiedException if that cannot be told; no descriptor may then be handed out
     */
    Caller identify(EpollDomainSocketChannel channel) throws NotIdentifiedException;
}
