package io.slim.router.connect;

import io.slim.api.RouterConfig;
import io.slim.router.control.GrantCallback;
import io.slim.router.control.Peers;
import io.slim.router.grant.Grants;
import io.slim.router.proof.Pair;
import jakarta.inject.Inject;

/** Asks for grants where the destination lives: the router there, or this one. Only the event loop touches it. */
final class GrantSource {

    private final RouterConfig config;
    private final Peers peers;
    private final Grants grants;

    @Inject
    GrantSource(RouterConfig config, Peers peers, Grants grants) {
        this.config = config;
        this.peers = peers;
        this.grants = grants;
    }

    /**
     * Asks.
     *
     * @param callback gets the answer within the connect deadline; possibly before this method returns
     */
    void ask(Pair pair, GrantCallback callback) {
        if (pair.host().equals(config.hostAddress())) {
            Grants.Answer answer = grants.request(pair.host(), pair.client(), pair.destination());
            callback.answered(answer.reason(), answer.offer());
        } else {
            peers.requestGrant(pair.host(), pair.client(), pair.destination(), callback);
        }
    }
}
