package io.slim.router.control;

import io.slim.api.Endpoint;
import io.slim.router.control.Wire.Hello;
import io.slim.router.control.Wire.ListenersChanged;
import io.slim.router.control.Wire.Message;
import java.util.ArrayList;
import java.util.List;

/** A connection on which this router asks another one. */
final class ClientSession extends ControlSession {

    private final PeerLink link;

    ClientSession(PeerLink link, Hello ownHello) {
        super(ownHello, link.host());
        this.link = link;
    }

    @Override
    void onGreeted() {
        link.connected(this);
    }

    @Override
    boolean onMessage(Message message) throws ControlProtocolException {
        switch (message.getBodyCase()) {
            case ANNOUNCED, PROOF_OPENED, GRANTED -> link.answered(message);
            case LISTENERS_CHANGED -> changed(message.getListenersChanged());
            case GRANTS_REVOKED -> link.grantsRevoked(message.getGrantsRevoked().getGrantsList());
            case PROOF_SEEN -> link.proofSeen(message.getProofSeen());
            default -> {
                return false;
            }
        }
        return true;
    }

    private void changed(ListenersChanged changed) throws ControlProtocolException {
        List<Endpoint> endpoints = new ArrayList<>();
        for (var address : changed.getAddressesList()) {
            endpoints.add(WireAddress.read("address", address, changed.getPort()));
        }
        link.listenersChanged(endpoints, changed.getOffered());
    }

    @Override
    void onEnd(String cause, boolean wasGreeted) {
        link.ended(this, cause, wasGreeted);
    }

    @Override
    void onRefused(Refusal refusal) {
        link.refused(refusal);
    }
}
