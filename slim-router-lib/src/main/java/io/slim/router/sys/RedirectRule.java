package io.slim.router.sys;

import java.nio.ByteBuffer;
import java.util.Set;

/**
 * Looks through the expressions of one nftables rule (linux/netfilter/nf_tables.h) and tells whether it sends TCP
 * connections elsewhere. Those of iptables-nft are the same, with iptables' targets in them. A rule for destinations in
 * 127.0.0.0/8 alone, such as that of Docker's name server, or for another protocol than TCP, concerns nobody here.
 */
final class RedirectRule {

    private static final int TABLE = 1;
    private static final int CHAIN = 2;
    private static final int EXPRESSIONS = 4;
    private static final int ELEMENT = 1;
    private static final int NAME = 1;
    private static final int DATA = 2;

    private static final int PAYLOAD_BASE = 2;
    private static final int PAYLOAD_OFFSET = 3;
    private static final int NETWORK_HEADER = 1;
    private static final int IP_DESTINATION_AT = 16;
    private static final int IP_PROTOCOL_AT = 9;
    private static final int META_KEY = 2;
    private static final int META_L4PROTO = 16;
    private static final int CMP_OP = 2;
    private static final int CMP_DATA = 3;
    private static final int CMP_EQUAL = 0;
    private static final int DATA_VALUE = 1;
    private static final int NAT_TYPE = 1;
    private static final int NAT_DESTINATION = 1;
    private static final int TARGET_NAME = 1;

    private static final Set<String> TARGETS = Set.of("REDIRECT", "DNAT", "TPROXY");
    private static final byte LOOPBACK = 127;
    private static final byte TCP = 6;

    /** What the last expression has loaded, for the comparison that follows. */
    private enum Loaded {
        OTHER,
        DESTINATION,
        PROTOCOL
    }

    private String table = "";
    private String chain = "";
    private Loaded loaded = Loaded.OTHER;
    private boolean concernsNobody;
    private boolean redirects;

    /** Reads the attributes of a NFT_MSG_NEWRULE. */
    RedirectRule(ByteBuffer attributes) {
        NetlinkAttributes.each(attributes, (type, value) -> {
            switch (type) {
                case TABLE -> table = NetlinkAttributes.text(value);
                case CHAIN -> chain = NetlinkAttributes.text(value);
                case EXPRESSIONS ->
                    NetlinkAttributes.each(value, (element, expression) -> {
                        if (element == ELEMENT) {
                            expression(expression);
                        }
                    });
                default -> {}
            }
        });
    }

    /** Whether TCP connections are sent elsewhere. */
    boolean redirects() {
        return redirects;
    }

    private void expression(ByteBuffer expression) {
        String[] name = {""};
        ByteBuffer[] data = {ByteBuffer.allocate(0)};
        NetlinkAttributes.each(expression, (type, value) -> {
            if (type == NAME) {
                name[0] = NetlinkAttributes.text(value);
            } else if (type == DATA) {
                data[0] = value;
            }
        });
        switch (name[0]) {
            case "payload" -> loaded = payload(data[0]);
            case "meta" -> loaded = number(data[0], META_KEY) == META_L4PROTO ? Loaded.PROTOCOL : Loaded.OTHER;
            case "bitwise" -> {}
            case "cmp" -> compare(data[0]);
            case "redir", "tproxy" -> found();
            case "nat" -> found(number(data[0], NAT_TYPE) == NAT_DESTINATION);
            case "target" -> found(TARGETS.contains(target(data[0])));
            default -> loaded = Loaded.OTHER;
        }
    }

    private static Loaded payload(ByteBuffer data) {
        if (number(data, PAYLOAD_BASE) != NETWORK_HEADER) {
            return Loaded.OTHER;
        }
        return switch (number(data, PAYLOAD_OFFSET)) {
            case IP_DESTINATION_AT -> Loaded.DESTINATION;
            case IP_PROTOCOL_AT -> Loaded.PROTOCOL;
            default -> Loaded.OTHER;
        };
    }

    private void compare(ByteBuffer data) {
        if (number(data, CMP_OP) != CMP_EQUAL) {
            return;
        }
        NetlinkAttributes.each(data, (type, value) -> {
            if (type == CMP_DATA) {
                NetlinkAttributes.each(value, (inner, bytes) -> {
                    if (inner == DATA_VALUE && bytes.hasRemaining()) {
                        byte first = bytes.get(0);
                        concernsNobody |= loaded == Loaded.DESTINATION && bytes.remaining() <= 4 && first == LOOPBACK;
                        concernsNobody |= loaded == Loaded.PROTOCOL && first != TCP;
                    }
                });
            }
        });
    }

    private void found(boolean sendsElsewhere) {
        if (sendsElsewhere) {
            found();
        }
    }

    private void found() {
        redirects |= !concernsNobody;
    }

    private static int number(ByteBuffer data, int wanted) {
        int[] found = {-1};
        NetlinkAttributes.each(data, (type, value) -> {
            if (type == wanted) {
                found[0] = NetlinkAttributes.number(value);
            }
        });
        return found[0];
    }

    private static String target(ByteBuffer data) {
        String[] found = {""};
        NetlinkAttributes.each(data, (type, value) -> {
            if (type == TARGET_NAME) {
                found[0] = NetlinkAttributes.text(value);
            }
        });
        return found[0];
    }

    /** For logs. */
    @Override
    public String toString() {
        return "chain " + chain + " of table " + table;
    }
}
