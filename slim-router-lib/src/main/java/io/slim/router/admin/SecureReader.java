package io.slim.router.admin;

import io.slim.api.status.RouterCounters;
import io.slim.api.status.SecureStatus;
import io.slim.api.status.SecureStatus.ContainerUse;
import io.slim.api.status.SecureStatus.MapUse;
import io.slim.router.confine.ConfinementStatus;
import io.slim.router.connect.SecureConnects;
import io.slim.router.grant.Grants;
import io.slim.router.secure.SecureMode;
import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes snapshots of what there is in secure mode. Only the event loop touches it. */
public final class SecureReader {

    private final SecureMode secure;
    private final Grants grants;
    private final SecureConnects connects;

    @Inject
    SecureReader(SecureMode secure, Grants grants, SecureConnects connects) {
        this.secure = secure;
        this.grants = grants;
        this.connects = connects;
    }

    /** With what the kernel counts besides. */
    RouterCounters counted(RouterCounters own) {
        if (!secure.isOn()) {
            return own;
        }
        Map<String, Long> others = new HashMap<>(own.others());
        others.put("sockets_made", secure.confinement().socketsMade());
        return new RouterCounters(own.connects(), own.listens(), others, own.decisions());
    }

    /** Empty in non-secure mode. */
    Optional<SecureStatus> read() {
        if (!secure.isOn()) {
            return Optional.empty();
        }
        ConfinementStatus kernel = secure.confinement().status();
        Map<String, MapUse> maps = new HashMap<>();
        kernel.maps().forEach((name, fill) -> maps.put(name, new MapUse(fill.entries(), fill.room())));
        List<ContainerUse> containers = kernel.containers().stream()
                .filter(use -> !use.name().startsWith("."))
                .map(use -> new ContainerUse(
                        secure.id(use.name()), use.sockets(), use.connects(), use.unknown(), use.accepted()))
                .sorted(Comparator.comparing(ContainerUse::name))
                .toList();
        return Optional.of(new SecureStatus(grants.size(), connects.ways(), kernel.denials(), maps, containers));
    }
}
