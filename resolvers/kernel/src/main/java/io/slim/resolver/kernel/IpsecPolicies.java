package io.slim.resolver.kernel;

import io.slim.api.resolver.table.Prefix;
import java.io.IOException;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Hosts to which the tunnels' packets are encrypted, but not those of other connections: IPsec policies for UDP alone, as
 * Docker makes them for networks with {@code --opt encrypted} (struct xfrm_userpolicy_info in linux/xfrm.h). Policies for
 * all packets protect the bypass as well.
 */
final class IpsecPolicies {

    private static final int XFRM_MSG_GETPOLICY = 0x15;
    private static final int POLICY_BYTES = 168;
    private static final int PROTOCOL_AT = 44;
    private static final int DIRECTION_AT = 160;
    private static final int ACTION_AT = 161;
    private static final int OUT = 1;
    private static final int BLOCK = 1;
    private static final int UDP = 17;
    private static final int AF_INET = 2;

    private IpsecPolicies() {}

    /** For the namespace of this process, from which tunnels' packets leave; null if the kernel has no IPsec. */
    static @Nullable Netlink open() {
        try {
            return Netlink.open(Netlink.XFRM, 0);
        } catch (IOException e) {
            return null;
        }
    }

    /** Those that there are. */
    static Set<Prefix> read(Netlink netlink) throws IOException {
        Set<Prefix> found = new HashSet<>();
        try {
            read(netlink, found);
        } catch (Netlink.ChangedMeanwhileException e) {
            read(netlink, found);
        } catch (IOException e) {
            throw new IOException(
                    "IPsec policies cannot be read, so the overlay may be encrypted (needs CAP_NET_ADMIN, or"
                            + " bypass-encrypted=true)",
                    e);
        }
        return found;
    }

    private static void read(Netlink netlink, Set<Prefix> found) throws IOException {
        netlink.dump(XFRM_MSG_GETPOLICY, new byte[64], message -> {
            boolean concerns = message.body().limit() >= POLICY_BYTES
                    && message.u8(DIRECTION_AT) == OUT
                    && message.u8(ACTION_AT) != BLOCK
                    && message.u8(PROTOCOL_AT) == UDP;
            if (concerns) {
                found.add(destination(message));
            }
        });
    }

    /** struct xfrm_selector: daddr, saddr (16 bytes each), ports and masks (8), family (2), prefix lengths, proto, ... */
    private static Prefix destination(Netlink.Message message) {
        boolean four = message.u16(40) == AF_INET;
        InetAddress first = Attributes.address(message.body(), 0, four ? 4 : 16);
        int length = Math.min(message.u8(42), four ? 32 : 128);
        return Prefix.covering(first, length);
    }
}
