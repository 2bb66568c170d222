package io.slim.router.connect;

import java.net.InetAddress;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** Which number each host has in the kernel, where one heartbeat renews all that leads there. Only the event loop touches it. */
final class PeerIndexes {

    /** There is no room. */
    static final int NONE = -1;

    private final int most;
    private final Map<InetAddress, Integer> byHost = new HashMap<>();
    private final BitSet used = new BitSet();

    PeerIndexes(int most) {
        this.most = most;
    }

    /** The host's number, a new one if it has none yet; {@link #NONE} if there are too many. */
    int of(InetAddress host) {
        Integer known = byHost.get(host);
        if (known != null) {
            return known;
        }
        int free = used.nextClearBit(0);
        if (free >= most) {
            return NONE;
        }
        used.set(free);
        byHost.put(host, free);
        return free;
    }

    /** The host's number, {@link #NONE} if it has none. */
    int known(InetAddress host) {
        return byHost.getOrDefault(host, NONE);
    }

    /** What an earlier router has used stays what it was; tells whether that can be. */
    boolean recover(InetAddress host, int index) {
        Integer known = byHost.get(host);
        if (known != null || index < 0 || index >= most || used.get(index)) {
            return known != null && known == index;
        }
        used.set(index);
        byHost.put(host, index);
        return true;
    }

    /** Nothing in the kernel leads to that host any more. */
    void release(InetAddress host) {
        Integer index = byHost.remove(host);
        if (index != null) {
            used.clear(index);
        }
    }

    /** All hosts with a number. */
    Map<InetAddress, Integer> all() {
        return Map.copyOf(byHost);
    }
}
