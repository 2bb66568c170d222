package io.slim.router.proof;

import jakarta.inject.Inject;
import java.io.IOException;

/** Starts and ends what is needed for proofs, on both sides. */
public final class ProofService {

    private final ProofSettings settings;
    private final NamespaceVisits visits;
    private final Witness witness;
    private final Proofs proofs;

    @Inject
    ProofService(ProofSettings settings, NamespaceVisits visits, Witness witness, Proofs proofs) {
        this.settings = settings;
        this.visits = visits;
        this.witness = witness;
        this.proofs = proofs;
    }

    /**
     * Must be called once, before the first connect or announcement.
     *
     * @throws IOException if proofs are asked for and not possible here
     */
    public void start() throws IOException {
        settings.start();
        witness.start();
        proofs.start();
        if (settings.isOn()) {
            visits.rehearse();
        }
    }

    /** To be called first, not by the event loop. */
    public void closeVisits() {
        visits.close();
    }

    /** To be called by the event loop. */
    public void close() {
        proofs.close();
        witness.close();
    }
}
