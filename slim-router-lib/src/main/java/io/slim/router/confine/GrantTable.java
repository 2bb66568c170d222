package io.slim.router.confine;

import io.slim.router.sys.SystemCallException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import jnr.ffi.Pointer;

/** The kernel's grants, and the client hosts that have any. */
final class GrantTable {

    private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final BpfMap grants;
    private final BpfMap hosts;
    /** Hosts of all grants, by grant; the kernel knows a host for as long as it has one. */
    private final Map<Integer, InetAddress> clientHosts = new HashMap<>();

    private final Map<InetAddress, Integer> uses = new HashMap<>();

    private boolean swept;
    private long sweptNanos;

    GrantTable(BpfMap grants, BpfMap hosts) throws SystemCallException {
        this.grants = grants;
        this.hosts = hosts;
        for (Grant grant : all()) {
            clientHosts.put(grant.id(), grant.clientHost());
            uses.merge(grant.clientHost(), 1, Integer::sum);
        }
    }

    /** What has expired makes room, at most once a second. */
    boolean put(Grant grant) throws SystemCallException {
        return tryPut(grant) || (removeExpired() && tryPut(grant));
    }

    private boolean removeExpired() throws SystemCallException {
        long now = System.nanoTime();
        if (swept && now - sweptNanos < SWEEP_NANOS) {
            return false;
        }
        swept = true;
        sweptNanos = now;
        List<Grant> expired = all().stream()
                .filter(grant -> grant.validUntilNanos() - now < 0)
                .toList();
        for (Grant grant : expired) {
            remove(grant.id());
        }
        return !expired.isEmpty();
    }

    private boolean tryPut(Grant grant) throws SystemCallException {
        if (!use(grant.clientHost())) {
            return false;
        }
        InetAddress before = clientHosts.remove(grant.id());
        grants.key().putInt(0, grant.id());
        Pointer value = grants.clearedValue();
        Layout.putAddress(value, Layout.GRANT_CLIENT_HOST, grant.clientHost());
        Layout.putAddress(value, Layout.GRANT_CLIENT, grant.client());
        Layout.putAddress(value, Layout.GRANT_DESTINATION, grant.destination().address());
        Layout.putPort(value, Layout.GRANT_DESTINATION_PORT, grant.destination().port());
        Layout.putKey(value, Layout.GRANT_KEYS + Layout.KEY_BYTES, grant.key());
        value.putLong(Layout.GRANT_KEYS + Layout.KEY_VALID_UNTIL, grant.validUntilNanos());
        value.putInt(Layout.GRANT_LISTENER, grant.listener());
        boolean done = grants.put();
        if (done) {
            clientHosts.put(grant.id(), grant.clientHost());
        } else {
            drop(grant.clientHost());
        }
        if (before != null) {
            drop(before);
        }
        return done;
    }

    boolean renew(int id, GrantKey key, long validUntil) throws SystemCallException {
        grants.key().putInt(0, id);
        if (!grants.get()) {
            return false;
        }
        Pointer value = grants.value();
        byte[] now = new byte[Layout.KEY];
        value.get(Layout.GRANT_KEYS, now, 0, now.length);
        value.put(Layout.GRANT_KEYS + (long) Layout.KEY, now, 0, now.length);
        Layout.putKey(value, Layout.GRANT_KEYS + Layout.KEY_BYTES, key);
        value.putLong(Layout.GRANT_KEYS + Layout.KEY_VALID_UNTIL, validUntil);
        return grants.put();
    }

    boolean extend(int id, long validUntil) throws SystemCallException {
        grants.key().putInt(0, id);
        if (!grants.get()) {
            return false;
        }
        Pointer value = grants.value();
        long before = Layout.GRANT_KEYS + Layout.KEY + Layout.KEY_VALID_UNTIL;
        value.putLong(Layout.GRANT_KEYS + Layout.KEY_VALID_UNTIL, validUntil);
        value.putLong(before, Math.min(value.getLong(before), validUntil));
        return grants.put();
    }

    void remove(int id) throws SystemCallException {
        grants.key().putInt(0, id);
        grants.remove();
        InetAddress host = clientHosts.remove(id);
        if (host != null) {
            drop(host);
        }
    }

    List<Grant> all() throws SystemCallException {
        return grants.all(this::grant);
    }

    int count() {
        return clientHosts.size();
    }

    private Grant grant() {
        Pointer value = grants.value();
        return new Grant(
                grants.key().getInt(0),
                value.getInt(Layout.GRANT_LISTENER),
                Layout.address(value, Layout.GRANT_CLIENT_HOST),
                Layout.address(value, Layout.GRANT_CLIENT),
                Layout.endpoint(value, Layout.GRANT_DESTINATION, Layout.GRANT_DESTINATION_PORT),
                Layout.key(value, Layout.GRANT_KEYS + Layout.KEY_BYTES),
                value.getLong(Layout.GRANT_KEYS + Layout.KEY_VALID_UNTIL));
    }

    private boolean use(InetAddress host) throws SystemCallException {
        if (!uses.containsKey(host)) {
            Layout.putAddress(hosts.key(), 0, host);
            hosts.clearedValue();
            if (!hosts.put()) {
                return false;
            }
        }
        uses.merge(host, 1, Integer::sum);
        return true;
    }

    private void drop(InetAddress host) throws SystemCallException {
        if (uses.merge(host, -1, Integer::sum) <= 0) {
            uses.remove(host);
            Layout.putAddress(hosts.key(), 0, host);
            hosts.remove();
        }
    }
}
