package io.slim.router.control;

import com.google.protobuf.ByteString;
import io.slim.api.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Addresses in control messages. */
final class WireAddress {

    private WireAddress() {}

    static ByteString write(InetAddress address) {
        return ByteString.copyFrom(address.getAddress());
    }

    static InetAddress read(String field, ByteString bytes) throws ControlProtocolException {
        try {
            return InetAddress.getByAddress(bytes.toByteArray());
        } catch (UnknownHostException e) {
            throw new ControlProtocolException(field + ": " + bytes.size() + " bytes (expected: 4 or 16)");
        }
    }

    static Endpoint read(String field, ByteString bytes, int port) throws ControlProtocolException {
        return new Endpoint(read(field, bytes), port(field, port));
    }

    static int port(String field, int port) throws ControlProtocolException {
        if (port < 1 || port > 0xffff) {
            throw new ControlProtocolException(
                    field + " port: " + Integer.toUnsignedString(port) + " (expected: 1 to 65535)");
        }
        return port;
    }
}
