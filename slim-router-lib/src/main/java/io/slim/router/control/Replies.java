package io.slim.router.control;

import io.slim.api.event.Reason;
import io.slim.router.control.Wire.Announced;
import io.slim.router.control.Wire.Message;
import io.slim.router.control.Wire.Message.BodyCase;
import io.slim.router.control.Wire.ProofOpened;

/** What to make of the answers to each kind of request. An answer that is not in order counts as {@link Reason#INTERNAL}. */
final class Replies {

    private Replies() {}

    static Reply announced(AnnounceCallback callback) {
        return (failure, answer) -> {
            if (answer == null) {
                callback.answered(failure, 0, 0);
                return;
            }
            Announced announced = answer.getAnnounced();
            int port = announced.getShadowPort();
            boolean accepted = announced.getReason() == Reason.NONE.code();
            boolean inOrder = isA(BodyCase.ANNOUNCED, answer)
                    && (!accepted || (port >= 1 && port <= 0xffff && announced.getSendRate() >= 0));
            if (!inOrder) {
                callback.answered(Reason.INTERNAL, 0, 0);
                throw new ControlProtocolException(
                        "answer to an announcement: " + answer.getBodyCase() + ", shadow port "
                                + Integer.toUnsignedString(port) + ", send rate "
                                + Long.toUnsignedString(announced.getSendRate())
                                + " (expected: ANNOUNCED, 1 to 65535, below 2^63)");
            }
            callback.answered(Reason.ofCode(announced.getReason()), accepted ? port : 0, announced.getSendRate());
        };
    }

    static Reply proofOpened(ProofCallback callback) {
        return (failure, answer) -> {
            if (answer == null) {
                callback.answered(failure, 0, 0);
                return;
            }
            if (!isA(BodyCase.PROOF_OPENED, answer)) {
                callback.answered(Reason.INTERNAL, 0, 0);
                throw new ControlProtocolException(
                        "answer to a question for a proof: " + answer.getBodyCase() + " (expected: PROOF_OPENED)");
            }
            ProofOpened opened = answer.getProofOpened();
            callback.answered(Reason.ofCode(opened.getReason()), opened.getProbe(), opened.getSequence());
        };
    }

    private static boolean isA(BodyCase expected, Message answer) {
        return answer.getBodyCase() == expected;
    }
}
