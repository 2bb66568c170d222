package io.slim.router.control;

import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.ssl.NotSslRecordException;
import io.slim.router.control.tls.PeerRefusedException;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why a connection is ended that stands.
 *
 * @param kind whose fault it is
 * @param text for people to read
 */
record Refusal(Kind kind, String text) {

    enum Kind {
        /** The peer breaks the protocol. */
        MALFORMED,
        /** The peer is not who it says it is, or not one to talk to. */
        REFUSED,
        /** This router's: a bug. */
        FAILED,
        /** The network's: nobody's. */
        BROKEN
    }

    static Refusal of(Throwable thrown) {
        Throwable cause = thrown instanceof DecoderException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof NotSslRecordException) {
            // The message has all that was received.
            return new Refusal(Kind.REFUSED, "it does not speak TLS (is --control-insecure given there?)");
        } else if (cause instanceof SSLException) {
            return new Refusal(Kind.REFUSED, "TLS: " + root(cause));
        } else if (cause instanceof PeerRefusedException) {
            return new Refusal(Kind.REFUSED, text(cause));
        } else if (cause instanceof TooLongFrameException) {
            return new Refusal(Kind.MALFORMED, "no message of the control protocol (is it TLS?): " + text(cause));
        } else if (cause instanceof ControlProtocolException
                || cause instanceof InvalidProtocolBufferException
                || cause instanceof CorruptedFrameException) {
            return new Refusal(Kind.MALFORMED, text(cause));
        }
        return cause instanceof IOException
                ? new Refusal(Kind.BROKEN, text(cause))
                : new Refusal(Kind.FAILED, "internal error: " + cause);
    }

    /** What is wrong with a certificate is told by the innermost cause. */
    private static String root(Throwable thrown) {
        Throwable innermost = thrown;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return text(innermost);
    }

    private static String text(@Nullable Throwable thrown) {
        return thrown == null || thrown.getMessage() == null ? String.valueOf(thrown) : thrown.getMessage();
    }
}
