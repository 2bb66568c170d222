package io.slim.router.control;

import io.slim.api.Endpoint;
import io.slim.router.announce.Announcements;
import io.slim.router.control.Wire.Announce;
import io.slim.router.control.Wire.Announced;
import io.slim.router.control.Wire.Hello;
import io.slim.router.control.Wire.Message;
import java.net.InetAddress;

/** A connection on which another router asks this one. */
final class ServerSession extends ControlSession {

    private final ControlServer server;
    private final Announcements announcements;

    ServerSession(ControlServer server, Announcements announcements, Hello ownHello) {
        super(ownHello);
        this.server = server;
        this.announcements = announcements;
    }

    @Override
    void onGreeted(Hello hello) {
        server.greeted(this);
    }

    @Override
    void onMessage(Message message) throws ControlProtocolException {
        if (message.getBodyCase() != Message.BodyCase.ANNOUNCE) {
            throw new ControlProtocolException("message: " + message.getBodyCase() + " (expected: ANNOUNCE)");
        }
        Announce announce = message.getAnnounce();
        InetAddress client = WireAddress.read("client", announce.getClient());
        int clientPort = WireAddress.port("client", announce.getClientPort());
        Endpoint destination =
                WireAddress.read("destination", announce.getDestination(), announce.getDestinationPort());
        Announcements.Answer answer = announcements.announce(remoteAddress(), clientPort, client, destination);
        send(Message.newBuilder()
                .setRequest(message.getRequest())
                .setAnnounced(Announced.newBuilder()
                        .setReason(answer.reason().code())
                        .setShadowPort(answer.shadowPort())
                        .setSendRate(answer.sendRate()))
                .build());
    }

    @Override
    void onEnd(String cause, boolean wasGreeted) {
        server.ended(this);
    }

    @Override
    void onMalformed(String what) {
        server.malformed(remoteAddress(), what);
    }
}
