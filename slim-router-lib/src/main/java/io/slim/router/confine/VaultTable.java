package io.slim.router.confine;

import io.slim.router.sys.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whose vault each cgroup is, as the kernel knows it: the entry of a socket that is made there begins with that. A cgroup's number is the inode of its
 * directory (kernfs, since Linux 5.5) and is never given again.
 */
final class VaultTable {

    private final BpfMap map;
    private final Map<Integer, Long> cgroups = new HashMap<>();

    /** An earlier router's vaults have ended with it. */
    VaultTable(BpfMap map) throws SystemCallException {
        this.map = map;
        List<Long> left = map.all(() -> map.key().getLong(0));
        for (long cgroup : left) {
            map.key().putLong(0, cgroup);
            map.remove();
        }
    }

    /** False if there is no room. */
    boolean put(int container, Path place) throws IOException {
        long cgroup = (Long) Files.getAttribute(place, "unix:ino");
        map.key().putLong(0, cgroup);
        map.value().putInt(0, container);
        if (!map.put()) {
            return false;
        }
        cgroups.put(container, cgroup);
        return true;
    }

    void remove(int container) throws SystemCallException {
        Long cgroup = cgroups.remove(container);
        if (cgroup != null) {
            map.key().putLong(0, cgroup);
            map.remove();
        }
    }
}
