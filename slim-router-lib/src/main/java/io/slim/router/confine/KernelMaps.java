package io.slim.router.confine;

import io.slim.router.confine.ConfinementStatus.MapFill;
import io.slim.router.sys.LibBpf;
import io.slim.router.sys.SystemCallException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the router has in the kernel's maps. Only the event loop touches it. */
final class KernelMaps {

    private final Programs programs;
    private final ContainerTable containers;
    private final DestinationTable destinations;
    private final GrantTable grants;
    private final VaultTable vaults;

    KernelMaps(Programs programs, ConfinementConfig config) throws SystemCallException {
        this.programs = programs;
        this.containers =
                new ContainerTable(programs.map("containers"), programs.map("last_id"), config.socketsPerContainer());
        this.destinations = new DestinationTable(programs.map("destinations"), config.destinationsPerContainer());
        this.grants = new GrantTable(programs.map("grants"), programs.map("hosts"));
        this.vaults = new VaultTable(programs.map("vaults"));
    }

    BpfMap entries() {
        return programs.map("entries");
    }

    /** To be closed by the caller. */
    FlowRing flows(LibBpf bpf) throws SystemCallException {
        return new FlowRing(bpf, programs.map("flows"), programs.map("flows_lost"));
    }

    ContainerTable containers() {
        return containers;
    }

    DestinationTable destinations() {
        return destinations;
    }

    GrantTable grants() {
        return grants;
    }

    VaultTable vaults() {
        return vaults;
    }

    void setPeerAlive(int peer, long until) throws SystemCallException {
        BpfMap peers = programs.map("peers");
        peers.key().putInt(0, peer);
        peers.value().putLong(0, until);
        peers.put();
    }

    /** False if there is no room. */
    boolean setRate(int container, long bytesPerSecond) throws SystemCallException {
        BpfMap rates = programs.map("rates");
        rates.key().putInt(0, container);
        if (bytesPerSecond == 0) {
            rates.remove();
            return true;
        }
        rates.value().putLong(0, bytesPerSecond);
        return rates.put();
    }

    long peerAlive(int peer) throws SystemCallException {
        BpfMap peers = programs.map("peers");
        peers.key().putInt(0, peer);
        return peers.get() ? peers.value().getLong(0) : 0;
    }

    /** How often each reason has occurred, on all processors. */
    Map<String, Long> denials() throws SystemCallException {
        BpfMap map = programs.map("denials");
        Map<String, Long> counts = new LinkedHashMap<>();
        int index = 0;
        for (Denial denial : Denial.values()) {
            map.key().putInt(0, index++);
            map.get();
            counts.put(denial.word(), map.sum());
        }
        return counts;
    }

    /** What the router keeps count of itself is not counted in the kernel. */
    Map<String, MapFill> fill() throws SystemCallException {
        return Map.of(
                "containers", fill("containers", programs.map("containers").count()),
                "destinations", fill("destinations", destinations.count()),
                "grants", fill("grants", grants.count()),
                "verdicts", fill("verdicts", programs.map("verdicts").count()));
    }

    private MapFill fill(String map, int entries) {
        return new MapFill(entries, programs.map(map).room());
    }
}
