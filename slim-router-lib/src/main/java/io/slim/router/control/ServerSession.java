package io.slim.router.control;

import io.slim.api.Endpoint;
import io.slim.router.announce.Announcements;
import io.slim.router.control.Wire.Announce;
import io.slim.router.control.Wire.Announced;
import io.slim.router.control.Wire.Hello;
import io.slim.router.control.Wire.Message;
import io.slim.router.control.Wire.ProofOpen;
import io.slim.router.control.Wire.ProofOpened;
import io.slim.router.control.Wire.ProofSeen;
import io.slim.router.proof.Witness;
import java.net.InetAddress;

/** A connection on which another router asks this one. */
final class ServerSession extends ControlSession {

    private final ControlServer server;
    private final Announcements announcements;
    private final Witness witness;

    ServerSession(
            ControlServer server, Announcements announcements, Witness witness, Hello ownHello, InetAddress peer) {
        super(ownHello, peer);
        this.server = server;
        this.announcements = announcements;
        this.witness = witness;
    }

    @Override
    void onGreeted() {
        server.greeted(this);
    }

    @Override
    boolean onMessage(Message message) throws ControlProtocolException {
        switch (message.getBodyCase()) {
            case ANNOUNCE -> announce(message.getRequest(), message.getAnnounce());
            case PROOF_OPEN -> openProof(message.getRequest(), message.getProofOpen());
            default -> {
                return false;
            }
        }
        return true;
    }

    private void announce(long request, Announce announce) throws ControlProtocolException {
        InetAddress client = WireAddress.read("client", announce.getClient());
        int clientPort = WireAddress.port("client", announce.getClientPort());
        Endpoint destination =
                WireAddress.read("destination", announce.getDestination(), announce.getDestinationPort());
        Announcements.Answer answer = announcements.announce(peer(), clientPort, client, destination);
        send(Message.newBuilder()
                .setRequest(request)
                .setAnnounced(Announced.newBuilder()
                        .setReason(answer.reason().code())
                        .setShadowPort(answer.shadowPort())
                        .setSendRate(answer.sendRate()))
                .build());
    }

    @Override
    void onRefused(Refusal refusal) {
        server.refused(peer(), refusal);
    }

    private void openProof(long request, ProofOpen open) throws ControlProtocolException {
        InetAddress client = WireAddress.read("client", open.getClient());
        Endpoint destination = WireAddress.read("destination", open.getDestination(), open.getDestinationPort());
        witness.open(
                peer(),
                client,
                destination,
                (reason, probe, sequence) -> send(Message.newBuilder()
                        .setRequest(request)
                        .setProofOpened(ProofOpened.newBuilder()
                                .setReason(reason.code())
                                .setProbe(probe)
                                .setSequence(sequence))
                        .build()),
                (probe, validMillis) -> send(Message.newBuilder()
                        .setProofSeen(ProofSeen.newBuilder().setProbe(probe).setValidMillis(validMillis))
                        .build()));
    }

    @Override
    void onEnd(String cause, boolean wasGreeted) {
        server.ended(this, cause, wasGreeted);
    }
}
