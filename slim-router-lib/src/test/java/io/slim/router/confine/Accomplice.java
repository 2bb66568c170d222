package io.slim.router.confine;

import io.slim.router.lab.SocketAgent;
import io.slim.router.lab.TestContainer;
import java.nio.file.Path;
import java.util.List;

/** A network namespace with the addresses of others, in which somebody lets the kernel make cookies. */
final class Accomplice implements AutoCloseable {

    final SocketAgent agent;
    private final TestContainer namespace;

    Accomplice(String server, int port, String client, int clientPort) throws Exception {
        namespace = new TestContainer();
        Path path = namespace.path();
        String name = String.valueOf(path.getFileName());
        agent = new SocketAgent(List.of("ip", "netns", "exec", name));
        agent.must("root");
        agent.must("sysctl", "name", "net/ipv4/tcp_syncookies", "value", 2);
        agent.must("mute", "host", client, "port", clientPort);
        int listener = agent.must("make").socket();
        agent.must("bind", "s", listener, "host", server, "port", port);
        agent.must("listen", "s", listener);
    }

    @Override
    public void close() throws Exception {
        agent.close();
        namespace.close();
    }
}
