package io.slim.router.control;

import com.google.protobuf.ByteString;
import io.slim.api.Endpoint;
import io.slim.api.event.Reason;
import io.slim.router.announce.Announcements;
import io.slim.router.control.Wire.Announce;
import io.slim.router.control.Wire.Announced;
import io.slim.router.control.Wire.GrantRequest;
import io.slim.router.control.Wire.Granted;
import io.slim.router.control.Wire.Hello;
import io.slim.router.control.Wire.Message;
import io.slim.router.control.Wire.ProofOpen;
import io.slim.router.control.Wire.ProofOpened;
import io.slim.router.control.Wire.ProofSeen;
import io.slim.router.grant.Grants;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** A connection on which another router asks this one. */
final class ServerSession extends ControlSession {

    private final ControlServer server;
    private final Questions questions;

    ServerSession(ControlServer server, Questions questions, Hello ownHello, InetAddress peer) {
        super(ownHello, peer);
        this.server = server;
        this.questions = questions;
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
            case GRANT_REQUEST -> requestGrant(message.getRequest(), message.getGrantRequest());
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
        Announcements.Answer answer = questions.announcements().announce(peer(), clientPort, client, destination);
        send(Message.newBuilder()
                .setRequest(request)
                .setAnnounced(Announced.newBuilder()
                        .setReason(answer.reason().code())
                        .setShadowPort(answer.shadowPort())
                        .setSendRate(answer.sendRate()))
                .build());
    }

    private void requestGrant(long request, GrantRequest wanted) throws ControlProtocolException {
        if (wanted.getTrial()) {
            questions.trials().request(peer(), (reason, offer) -> granted(request, reason, offer));
            return;
        }
        InetAddress client = WireAddress.read("client", wanted.getClient());
        Endpoint destination = WireAddress.read("destination", wanted.getDestination(), wanted.getDestinationPort());
        Grants.Answer answer = questions.grants().request(peer(), client, destination);
        granted(request, answer.reason(), answer.offer());
    }

    private void granted(long request, Reason reason, @Nullable GrantOffer offer) {
        Granted.Builder granted = Granted.newBuilder().setReason(reason.code());
        if (offer != null) {
            granted.setShadowPort(offer.shadowPort())
                    .setGrant(offer.id())
                    .setKey(ByteString.copyFrom(offer.key().bytes()))
                    .setValidMillis(Math.toIntExact(offer.validMillis()))
                    .setSendRate(offer.sendRate());
        }
        send(Message.newBuilder().setRequest(request).setGranted(granted).build());
    }

    @Override
    void onRefused(Refusal refusal) {
        server.refused(peer(), refusal);
    }

    private void openProof(long request, ProofOpen open) throws ControlProtocolException {
        InetAddress client = WireAddress.read("client", open.getClient());
        Endpoint destination = WireAddress.read("destination", open.getDestination(), open.getDestinationPort());
        questions
                .witness()
                .open(
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
                                .setProofSeen(
                                        ProofSeen.newBuilder().setProbe(probe).setValidMillis(validMillis))
                                .build()));
    }

    @Override
    void onEnd(String cause, boolean wasGreeted) {
        server.ended(this, cause, wasGreeted);
    }
}
