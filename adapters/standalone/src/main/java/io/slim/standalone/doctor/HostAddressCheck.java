package io.slim.standalone.doctor;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;

/** Whether this host has the address under which it is known. */
final class HostAddressCheck implements Check {

    private static final String NAME = "host address";

    private final Optional<InetAddress> address;

    HostAddressCheck(Optional<InetAddress> address) {
        this.address = address;
    }

    @Override
    public List<Finding> run() {
        if (address.isEmpty()) {
            return List.of(Finding.warn(NAME, "not given, not checked", "give it as for slim router"));
        }
        String text = address.get().getHostAddress();
        try {
            NetworkInterface device = NetworkInterface.getByInetAddress(address.get());
            return List.of(
                    device == null
                            ? Finding.fail(NAME, "no interface has " + text, "give one that ip address lists")
                            : Finding.ok(NAME, text + " on " + device.getName()));
        } catch (SocketException e) {
            return List.of(Finding.fail(NAME, text + " cannot be looked up: " + e.getMessage(), "see ip address"));
        }
    }
}
