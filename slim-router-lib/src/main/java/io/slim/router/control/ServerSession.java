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

    ServerSession(ControlServer server, Announcements announcements, Hello ownHello, InetAddress peer) {
        super(ownHello, peer);
        this.server = server;
        this.announcements = announcements;
    }

    @Override
    void onGreeted() {
        server.greeted(this);
    }

    @Override
    boolean onMessage(Message message) throws ControlProtocolException {
        if (message.getBodyCase() != Message.BodyCase.ANNOUNCE) {
            return false;
        }
        Announce announce = message.getAnnounce();
        InetAddress client = WireAddress.read("client", announce.getClient());
        int clientPort = WireAddress.port("client", announce.getClientPort());
        Endpoint destination =
                WireAddress.read("destination", announce.getDestination(), announce.getDestinationPort());
        Announcements.Answer answer = announcements.announce(peer(), clientPort, client, destination);
        send(Message.newBuilder()
                .setRequest(message.getRequest())
                .setAnnounced(Announced.newBuilder()
                        .setReason(answer.reason().code())
                        .setShadowPort(answer.shadowPort())
                        .setSendRate(answer.sendRate()))
                .build());
        return true;
    }

    @Override
    void onRefused(Refusal refusal) {
        server.refused(peer(), refusal);
    }

    @Override
    void onEnd(String cause, boolean wasGreeted) {
        server.ended(this, cause, wasGreeted);
    }
}
