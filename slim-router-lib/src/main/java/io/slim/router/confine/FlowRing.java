package io.slim.router.confine;

import io.slim.router.sys.LibBpf;
import io.slim.router.sys.Libc;
import io.slim.router.sys.SystemCallException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/** The kernel's ring of connections that have ended. Thread-safe. */
final class FlowRing implements AutoCloseable {

    private final LibBpf bpf;
    private final BpfMap lost;
    private final Map<Integer, String> names = new ConcurrentHashMap<>();
    /** The library has its address as long as there is a ring. */
    private final LibBpf.Sample sample = this::take;

    private @Nullable Pointer ring;
    private List<Flow> taken = new ArrayList<>();

    FlowRing(LibBpf bpf, BpfMap flows, BpfMap lost) throws SystemCallException {
        this.bpf = bpf;
        this.lost = lost;
        this.ring = bpf.ring_buffer__new(flows.descriptor().intValue(), sample, null, null);
        if (ring == null) {
            throw new SystemCallException("ring_buffer__new of map", "flows", Libc.errno());
        }
    }

    void admitted(int container, String name) {
        names.put(container, name);
    }

    void forget(int container) {
        names.remove(container);
    }

    /** What has come since the last time, the oldest first. */
    synchronized List<Flow> read() {
        taken = new ArrayList<>();
        if (ring != null) {
            int unused = bpf.ring_buffer__consume(ring);
        }
        return taken;
    }

    private int take(@Nullable Pointer context, Pointer data, long size) {
        if (size >= Layout.FLOW) {
            taken.add(flow(data));
        }
        return 0;
    }

    private Flow flow(Pointer data) {
        int container = data.getInt(Layout.FLOW_CONTAINER);
        return new Flow(
                names.getOrDefault(container, Integer.toUnsignedString(container)),
                data.getByte(Layout.FLOW_KIND) == Layout.CHILD,
                Layout.endpoint(data, Layout.FLOW_LOCAL, Layout.FLOW_LOCAL_PORT),
                Layout.endpoint(data, Layout.FLOW_REMOTE, Layout.FLOW_REMOTE_PORT),
                data.getLong(Layout.FLOW_SENT),
                data.getLong(Layout.FLOW_RECEIVED),
                data.getLong(Layout.FLOW_SINCE),
                data.getLong(Layout.FLOW_UNTIL),
                Integer.toUnsignedLong(data.getInt(Layout.FLOW_RETRANSMITS)),
                Integer.toUnsignedLong(data.getInt(Layout.FLOW_RTT_US)));
    }

    /** How many found no room. */
    synchronized long lost() throws SystemCallException {
        if (ring == null) {
            return 0;
        }
        lost.key().putInt(0, 0);
        lost.get();
        return lost.sum();
    }

    @Override
    public synchronized void close() {
        if (ring != null) {
            bpf.ring_buffer__free(ring);
            ring = null;
        }
    }
}
