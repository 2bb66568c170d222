package io.slim.router.confine;

import io.slim.api.Endpoint;
import io.slim.router.confine.Confinement.KnownDestination;
import io.slim.router.sys.SystemCallException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import jnr.ffi.Pointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The kernel's ways to overlay endpoints. Each container has its share. */
final class DestinationTable {

    private static final Logger LOG = LoggerFactory.getLogger(DestinationTable.class);

    private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final BpfMap map;
    private final int perContainer;
    private final Map<Integer, Integer> perContainerNow = new HashMap<>();
    /** Whether the entry of the last {@link #lastUsed} was there. */
    private boolean wasThere;

    private boolean swept;
    private long sweptNanos;

    DestinationTable(BpfMap map, int perContainer) throws SystemCallException {
        this.map = map;
        this.perContainer = perContainer;
        map.all(() -> perContainerNow.merge(map.key().getInt(Layout.DESTINATION_KEY_CONTAINER), 1, Integer::sum));
    }

    /**
     * Puts one.
     *
     * @param targets 1 to {@link Layout#MOST_BACKENDS}, of which each connection gets one
     * @param overlayWeight the overlay's share, where a target has 1
     */
    boolean put(int container, Endpoint overlay, List<Target> targets, int overlayWeight) throws SystemCallException {
        Pointer value = successorOf(container, overlay);
        value.putInt(Layout.DESTINATION_BACKENDS, targets.size());
        value.putInt(Layout.DESTINATION_OVERLAY_WEIGHT, overlayWeight);
        for (int i = 0; i < targets.size(); i++) {
            put(value, Layout.DESTINATION_BACKEND + (long) i * Layout.BACKEND, targets.get(i));
        }
        return write(container);
    }

    private static void put(Pointer value, long at, Target target) {
        Layout.putAddress(value, at + Layout.BACKEND_HOST, target.host());
        Layout.putAddress(value, at + Layout.BACKEND_SELF, target.self());
        Layout.putKey(value, at + Layout.BACKEND_KEY, target.key());
        value.putLong(at + Layout.BACKEND_VALID_UNTIL, target.validUntilNanos());
        value.putLong(at + Layout.BACKEND_SEND_RATE, target.sendRate());
        value.putInt(at + Layout.BACKEND_GRANT, target.grantId());
        value.putInt(at + Layout.BACKEND_PEER, target.peer());
        Layout.putPort(value, at + Layout.BACKEND_PORT, target.port());
        value.putShort(at + Layout.BACKEND_WEIGHT, (short) 1);
    }

    boolean putOverlay(int container, Endpoint overlay, long until) throws SystemCallException {
        Pointer value = successorOf(container, overlay);
        value.putLong(Layout.DESTINATION_OVERLAY_UNTIL, until);
        return write(container);
    }

    /** A value for this key, which is filled in: with what the kernel has written into the one before, which may be a moment old. */
    private Pointer successorOf(int container, Endpoint overlay) throws SystemCallException {
        long lastUsed = lastUsed(container, overlay);
        int connects = wasThere ? map.value().getInt(Layout.DESTINATION_CONNECTS) : 0;
        Pointer value = map.clearedValue();
        value.putLong(Layout.DESTINATION_LAST_USED, lastUsed);
        value.putInt(Layout.DESTINATION_CONNECTS, connects);
        return value;
    }

    /** How many connects have been let through to it since the entry was made. */
    long connects(int container, Endpoint overlay) throws SystemCallException {
        key(container, overlay);
        return map.get() ? Integer.toUnsignedLong(map.value().getInt(Layout.DESTINATION_CONNECTS)) : 0;
    }

    /** The key is filled in, and so is the value. What has expired makes room, at most once a second. */
    private boolean write(int container) throws SystemCallException {
        if (wasThere) {
            return map.put();
        }
        boolean room = perContainerNow.getOrDefault(container, 0) < perContainer;
        if (!(room && map.put()) && !(removeExpired() && hasRoomNow(container))) {
            return false;
        }
        perContainerNow.merge(container, 1, Integer::sum);
        return true;
    }

    private boolean hasRoomNow(int container) throws SystemCallException {
        return perContainerNow.getOrDefault(container, 0) < perContainer && map.put();
    }

    private boolean removeExpired() throws SystemCallException {
        long now = System.nanoTime();
        if (swept && now - sweptNanos < SWEEP_NANOS) {
            return false;
        }
        swept = true;
        sweptNanos = now;
        byte[] key = new byte[Layout.DESTINATION_KEY];
        byte[] value = new byte[Layout.DESTINATION];
        map.key().get(0, key, 0, key.length);
        map.value().get(0, value, 0, value.length);
        int removed = removeAll(known -> known.validUntilNanos() - now < 0);
        map.key().put(0, key, 0, key.length);
        map.value().put(0, value, 0, value.length);
        return removed > 0;
    }

    long lastUsed(int container, Endpoint overlay) throws SystemCallException {
        key(container, overlay);
        wasThere = map.get();
        return wasThere ? map.value().getLong(Layout.DESTINATION_LAST_USED) : 0;
    }

    void remove(int container, Endpoint overlay) throws SystemCallException {
        key(container, overlay);
        if (map.remove()) {
            perContainerNow.computeIfPresent(container, (id, count) -> count > 1 ? count - 1 : null);
        }
    }

    int removeAll(Predicate<KnownDestination> condition) throws SystemCallException {
        int count = 0;
        for (KnownDestination known : all()) {
            if (condition.test(known)) {
                remove(known.container(), known.overlay());
                count++;
            }
        }
        LOG.debug("destinations removed={}", count);
        return count;
    }

    List<KnownDestination> all() throws SystemCallException {
        return map.all(this::known);
    }

    int count() {
        return perContainerNow.values().stream().mapToInt(Integer::intValue).sum();
    }

    private void key(int container, Endpoint overlay) {
        Pointer key = map.key();
        key.putInt(Layout.DESTINATION_KEY_CONTAINER, container);
        key.putInt(Layout.DESTINATION_KEY_PORT, 0);
        Layout.putPort(key, Layout.DESTINATION_KEY_PORT, overlay.port());
        Layout.putAddress(key, Layout.DESTINATION_KEY_ADDRESS, overlay.address());
    }

    private KnownDestination known() {
        Pointer key = map.key();
        Pointer value = map.value();
        Target target = value.getInt(Layout.DESTINATION_BACKENDS) == 0 ? null : target(value);
        return new KnownDestination(
                key.getInt(Layout.DESTINATION_KEY_CONTAINER),
                Layout.endpoint(key, Layout.DESTINATION_KEY_ADDRESS, Layout.DESTINATION_KEY_PORT),
                target == null,
                target == null ? 0 : target.peer(),
                target == null ? 0 : target.grantId(),
                target == null ? value.getLong(Layout.DESTINATION_OVERLAY_UNTIL) : target.validUntilNanos(),
                value.getLong(Layout.DESTINATION_LAST_USED),
                target);
    }

    private static Target target(Pointer value) {
        long at = Layout.DESTINATION_BACKEND;
        return new Target(
                Layout.address(value, at + Layout.BACKEND_HOST),
                Layout.port(value, at + Layout.BACKEND_PORT),
                value.getInt(at + Layout.BACKEND_GRANT),
                Layout.key(value, at + Layout.BACKEND_KEY),
                Layout.address(value, at + Layout.BACKEND_SELF),
                value.getInt(at + Layout.BACKEND_PEER),
                value.getLong(at + Layout.BACKEND_VALID_UNTIL),
                value.getLong(at + Layout.BACKEND_SEND_RATE));
    }
}
