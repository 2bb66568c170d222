package io.slim.router.control;

import io.slim.router.announce.Announcements;
import io.slim.router.grant.Grants;
import io.slim.router.grant.TrialListener;
import io.slim.router.proof.Witness;
import jakarta.inject.Inject;

/** Who answers what other routers ask. */
public final class Questions {

    private final Announcements announcements;
    private final Witness witness;
    private final Grants grants;
    private final TrialListener trials;

    @Inject
    Questions(Announcements announcements, Witness witness, Grants grants, TrialListener trials) {
        this.announcements = announcements;
        this.witness = witness;
        this.grants = grants;
        this.trials = trials;
    }

    Announcements announcements() {
        return announcements;
    }

    Witness witness() {
        return witness;
    }

    Grants grants() {
        return grants;
    }

    TrialListener trials() {
        return trials;
    }
}
