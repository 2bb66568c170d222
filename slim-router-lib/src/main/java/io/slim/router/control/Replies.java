package io.slim.router.control;

import io.slim.api.event.Reason;
import io.slim.router.confine.GrantKey;
import io.slim.router.control.Wire.Announced;
import io.slim.router.control.Wire.Granted;
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

    static Reply granted(GrantCallback callback) {
        return (failure, answer) -> {
            if (answer == null) {
                callback.answered(failure, null);
                return;
            }
            Granted granted = answer.getGranted();
            boolean accepted = granted.getReason() == Reason.NONE.code();
            if (!isA(BodyCase.GRANTED, answer) || (accepted && !isInOrder(granted))) {
                callback.answered(Reason.INTERNAL, null);
                throw new ControlProtocolException("answer to a request for a grant: " + answer.getBodyCase()
                        + ", shadow port " + Integer.toUnsignedString(granted.getShadowPort()) + ", grant "
                        + Integer.toUnsignedString(granted.getGrant()) + ", key of "
                        + granted.getKey().size() + " bytes, valid for "
                        + Integer.toUnsignedString(granted.getValidMillis()) + " ms, send rate "
                        + Long.toUnsignedString(granted.getSendRate())
                        + " (expected: GRANTED, 1 to 65535, not 0, 16 bytes, 1 to 2^31-1, below 2^63)");
            }
            callback.answered(Reason.ofCode(granted.getReason()), accepted ? offer(granted) : null);
        };
    }

    private static boolean isInOrder(Granted granted) {
        int port = granted.getShadowPort();
        return port >= 1
                && port <= 0xffff
                && granted.getGrant() != 0
                && granted.getKey().size() == GrantKey.LENGTH
                && granted.getValidMillis() > 0
                && granted.getSendRate() >= 0;
    }

    private static GrantOffer offer(Granted granted) {
        return new GrantOffer(
                granted.getShadowPort(),
                granted.getGrant(),
                GrantKey.of(granted.getKey().toByteArray()),
                granted.getValidMillis(),
                granted.getSendRate());
    }

    private static boolean isA(BodyCase expected, Message answer) {
        return answer.getBodyCase() == expected;
    }
}
