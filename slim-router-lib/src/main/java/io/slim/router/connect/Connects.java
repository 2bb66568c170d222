package io.slim.router.connect;

import io.slim.router.container.Container;
import io.slim.router.protocol.ShimAnswer.ConnectAnswer;
import io.slim.router.protocol.ShimRequest.Connect;
import java.util.function.Consumer;

/** Answers CONNECT, in the router's mode. Only the event loop touches it. */
public interface Connects {

    /** Starts to listen to what makes knowledge stale. */
    void start();

    /**
     * Decides about a connection.
     *
     * @param callback gets the answer once, within the connect deadline; possibly before this method returns. It owns the
     *     answer's descriptor
     */
    void connect(Container container, Connect request, Consumer<ConnectAnswer> callback);

    /** The plug-ins, which may live on, forget the router. */
    void close();
}
