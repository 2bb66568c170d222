package io.slim.router.confine;

import io.netty.channel.unix.FileDescriptor;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.LibBpf;
import io.slim.router.sys.Libc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The eBPF programs and maps of one router, pinned in bpffs:
 *
 * <pre>
 * &lt;bpffs&gt;/slim/&lt;router&gt;/maps/&lt;map&gt;
 * &lt;bpffs&gt;/slim/&lt;router&gt;/links-&lt;cgroup&gt;/&lt;program&gt;   attached to the cgroup of that number
 * </pre>
 *
 * <p>Maps that are there are used again, with the sizes that they have. Programs are loaded anew and replace those that are attached, one by one and
 * each at once: at no time is nothing attached.
 */
final class Programs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Programs.class);
    private static final int MAP_INFO_SIZE = 88;
    private static final int MAP_INFO_MAX_ENTRIES = 16;
    private static final int CONFIG_SIZE = 12;

    /** Rings of this size hold the ends of some 40,000 connections. */
    private static final int FLOW_BYTES = 4 << 20;

    private final Map<String, BpfMap> maps = new LinkedHashMap<>();

    private Programs() {}

    /** Sizes of the maps that have one, by name. */
    static Map<String, Integer> sizes(ConfinementConfig config) {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        sizes.put("destinations", config.destinations());
        sizes.put("peers", config.peers());
        sizes.put("grants", config.grants());
        sizes.put("verdicts", config.handshakes());
        sizes.put("hosts", config.peers());
        sizes.put("containers", config.containers());
        sizes.put("rates", config.containers());
        sizes.put("vaults", config.containers());
        return sizes;
    }

    /**
     * Loads and attaches.
     *
     * @param pins this router's directory in bpffs
     * @param cgroup the vault
     */
    static Programs load(Requirements.Found host, ConfinementConfig config, Path pins, Path cgroup) throws IOException {
        LibBpf bpf = host.bpf();
        LibBpfLog.begin(bpf);
        Path mapPins = pins.resolve("maps");
        Links.makeDirectories(mapPins);
        Pointer content = Pointer.wrap(Libc.RUNTIME, host.programs());
        Pointer object = bpf.bpf_object__open_mem(content, content.size(), null);
        if (object == null) {
            throw LibBpfLog.failure("reading the eBPF programs", Libc.errno());
        }
        try {
            configure(bpf, object, host, config, mapPins);
            int result = bpf.bpf_object__load(object);
            if (result < 0) {
                throw LibBpfLog.failure("loading the eBPF programs", -result);
            }
            Programs programs = new Programs();
            programs.keepMaps(bpf, object, config);
            try {
                Links.attach(bpf, object, pins, cgroup);
            } catch (IOException e) {
                programs.close();
                throw e;
            }
            return programs;
        } finally {
            bpf.bpf_object__close(object);
        }
    }

    private static void configure(
            LibBpf bpf, Pointer object, Requirements.Found host, ConfinementConfig config, Path mapPins)
            throws IOException {
        Pointer values = Memory.allocateDirect(Libc.RUNTIME, CONFIG_SIZE, true);
        values.putInt(0, host.distinctErrors() ? 1 : 0);
        values.putInt(4, Math.max(1, config.handshakes() / 16));
        values.putInt(8, config.flowLog() ? 1 : 0);
        LibBpfLog.check(
                bpf.bpf_map__set_initial_value(map(bpf, object, ".rodata.config"), values, CONFIG_SIZE), "configuring");
        if (config.flowLog()) {
            LibBpfLog.check(bpf.bpf_map__set_max_entries(map(bpf, object, "flows"), FLOW_BYTES), "sizing of flows");
        }
        Map<String, Integer> sizes = sizes(config);
        for (String name : names()) {
            Path pin = mapPins.resolve(name);
            Pointer map = map(bpf, object, name);
            Integer size = Files.exists(pin) ? sizeOf(bpf, pin) : sizes.get(name);
            if (size != null && sizes.containsKey(name)) {
                LibBpfLog.check(bpf.bpf_map__set_max_entries(map, size), "sizing of " + name);
            }
            LibBpfLog.check(bpf.bpf_map__set_pin_path(map, pin.toString()), "pinning of " + name);
        }
    }

    private static List<String> names() {
        return List.of(
                "entries",
                "destinations",
                "peers",
                "grants",
                "verdicts",
                "hosts",
                "containers",
                "rates",
                "vaults",
                "denials",
                "last_id");
    }

    private static Integer sizeOf(LibBpf bpf, Path pin) throws IOException {
        int fd = bpf.bpf_obj_get(pin.toString());
        LibBpfLog.check(fd, "opening of " + pin);
        FileDescriptor descriptor = new FileDescriptor(fd);
        try {
            Pointer info = Memory.allocateDirect(Libc.RUNTIME, MAP_INFO_SIZE, true);
            Pointer length = Memory.allocateDirect(Libc.RUNTIME, Integer.BYTES, true);
            length.putInt(0, MAP_INFO_SIZE);
            LibBpfLog.check(bpf.bpf_obj_get_info_by_fd(fd, info, length), "looking at " + pin);
            return info.getInt(MAP_INFO_MAX_ENTRIES);
        } finally {
            Descriptors.close(descriptor);
        }
    }

    private void keepMaps(LibBpf bpf, Pointer object, ConfinementConfig config) throws IOException {
        int processors = bpf.libbpf_num_possible_cpus();
        keep(bpf, object, "entries", Integer.BYTES, Layout.ENTRY);
        keep(bpf, object, "destinations", Layout.DESTINATION_KEY, Layout.DESTINATION);
        keep(bpf, object, "peers", Integer.BYTES, Long.BYTES);
        keep(bpf, object, "grants", Integer.BYTES, Layout.GRANT);
        keep(bpf, object, "verdicts", Layout.VERDICT_KEY, Integer.BYTES);
        keep(bpf, object, "hosts", 16, Layout.HOST);
        keep(bpf, object, "containers", Integer.BYTES, Layout.CONTAINER);
        keep(bpf, object, "rates", Integer.BYTES, Long.BYTES);
        keep(bpf, object, "vaults", Long.BYTES, Integer.BYTES);
        keep(bpf, object, "denials", Integer.BYTES, Long.BYTES * processors);
        keep(bpf, object, "last_id", Integer.BYTES, Integer.BYTES);
        keep(bpf, object, "flows", 1, 1);
        keep(bpf, object, "flows_lost", Integer.BYTES, Long.BYTES * processors);
        sizes(config).forEach((name, wanted) -> {
            int room = map(name).room();
            if (room != wanted) {
                LOG.info(
                        "map={} room={} wanted={}: an earlier router has made it; it keeps its size",
                        name,
                        room,
                        wanted);
            }
        });
    }

    private void keep(LibBpf bpf, Pointer object, String name, int keySize, int valueSize) throws IOException {
        FileDescriptor own = Descriptors.duplicate(new FileDescriptor(bpf.bpf_map__fd(map(bpf, object, name))));
        Pointer info = Memory.allocateDirect(Libc.RUNTIME, MAP_INFO_SIZE, true);
        Pointer length = Memory.allocateDirect(Libc.RUNTIME, Integer.BYTES, true);
        length.putInt(0, MAP_INFO_SIZE);
        LibBpfLog.check(bpf.bpf_obj_get_info_by_fd(own.intValue(), info, length), "looking at map " + name);
        maps.put(name, new BpfMap(bpf, name, own, keySize, valueSize, info.getInt(MAP_INFO_MAX_ENTRIES)));
    }

    private static Pointer map(LibBpf bpf, Pointer object, String name) throws IOException {
        Pointer map = bpf.bpf_object__find_map_by_name(object, name);
        if (map == null) {
            throw new IOException("the eBPF programs have no map " + name);
        }
        return map;
    }

    /** One of the maps. */
    BpfMap map(String name) {
        return Objects.requireNonNull(maps.get(name), name);
    }

    /** Closes this process's descriptors; all stays in force. */
    @Override
    public void close() {
        maps.values().forEach(map -> Descriptors.close(map.descriptor()));
    }
}
