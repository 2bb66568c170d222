package io.slim.router.confine;

import io.slim.router.confine.ConfinementStatus.ContainerUse;
import io.slim.router.sys.SystemCallException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/** The containers that the kernel knows: what is not in here can do nothing. Their numbers are never given again. */
final class ContainerTable {

    private final BpfMap map;
    private final BpfMap lastId;
    private final int socketLimit;
    private long madeByGone;
    private final Map<String, Integer> left = new LinkedHashMap<>();

    ContainerTable(BpfMap map, BpfMap lastId, int socketLimit) throws SystemCallException {
        this.map = map;
        this.lastId = lastId;
        this.socketLimit = socketLimit;
        map.all(() -> left.put(
                Layout.name(map.value(), Layout.CONTAINER_NAME), map.key().getInt(0)));
    }

    /** A number for a container, a listener or a grant. */
    int newId() throws SystemCallException {
        lastId.key().putInt(0, 0);
        lastId.get();
        int id = lastId.value().getInt(0) + 1;
        if (id == 0) {
            throw new IllegalStateException(
                    "all numbers are used; remove the router's pins and restart its containers");
        }
        lastId.value().putInt(0, id);
        lastId.put();
        return id;
    }

    /** The number of a container; null if there is no room for it. */
    @Nullable
    Integer admit(String name) throws SystemCallException {
        Integer known = left.remove(name);
        if (known != null) {
            return known;
        }
        int id = newId();
        map.key().putInt(0, id);
        Pointer value = map.clearedValue();
        Layout.putName(value, Layout.CONTAINER_NAME, name);
        value.putLong(Layout.CONTAINER_SOCKET_LIMIT, socketLimit);
        return map.put() ? id : null;
    }

    void remove(int id) throws SystemCallException {
        map.key().putInt(0, id);
        madeByGone += map.get() ? map.value().getLong(Layout.CONTAINER_MADE) : 0;
        map.remove();
    }

    /** Sockets of clients that vaults have made; does not become less when a container leaves. */
    long made() throws SystemCallException {
        return madeByGone
                + map.all(() -> map.value().getLong(Layout.CONTAINER_MADE)).stream()
                        .mapToLong(Long::longValue)
                        .sum();
    }

    /** Those of an earlier router, by name. */
    Map<String, Integer> left() {
        return left;
    }

    boolean isEmpty() throws SystemCallException {
        return map.count() == 0;
    }

    List<ContainerUse> uses() throws SystemCallException {
        return map.all(this::use);
    }

    private ContainerUse use() {
        Pointer value = map.value();
        return new ContainerUse(
                Layout.name(value, Layout.CONTAINER_NAME),
                value.getLong(Layout.CONTAINER_SOCKETS),
                value.getLong(Layout.CONTAINER_CONNECTS),
                value.getLong(Layout.CONTAINER_UNKNOWN),
                value.getLong(Layout.CONTAINER_ACCEPTED));
    }
}
