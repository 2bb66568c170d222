package io.slim.router.confine;

/** Why the kernel has refused something; in the order of {@code enum slim_denial} in layout.h. */
enum Denial {
    NO_ENTRY("no-entry"),
    CONNECT_KIND("connect-not-a-client"),
    CONNECT_OTHER("connect-elsewhere"),
    CONNECT_UNKNOWN("connect-unknown"),
    CONNECT_OVERLAY("connect-overlay"),
    BIND("bind"),
    SOCKET_LIMIT("socket-limit"),
    SOCKET_CREATE("socket-create"),
    LISTEN("listen"),
    SET_OPTION("set-option"),
    GET_OPTION("get-option"),
    PACKET_NO_SHADOW("packet-no-shadow"),
    PACKET_MALFORMED("packet-malformed"),
    PACKET_NO_VERDICT("packet-no-verdict"),
    SYN_OPTION("syn-option"),
    SYN_GRANT("syn-grant"),
    SYN_EXPIRED("syn-expired"),
    SYN_MAC("syn-code"),
    SYN_SHARE("syn-share"),
    CHILD_NAMELESS("child-nameless");

    private final String word;

    Denial(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }
}
