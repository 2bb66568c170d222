package io.slim.router.confine;

import io.netty.channel.unix.FileDescriptor;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.LibBpf;
import io.slim.router.sys.Libc;
import io.slim.router.sys.SystemCallException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;
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
    private static final int LINK_INFO_SIZE = 64;
    private static final int LINK_INFO_CGROUP = 16;
    private static final int CONFIG_SIZE = 8;
    private static final int LOG_LINE = 1024;
    private static final int LINES_KEPT = 20;

    private static final List<String> LINES = new ArrayList<>();
    /** libbpf keeps it for the life of the process, so it must never be collected. */
    private static final LibBpf.Printer PRINTER = Programs::print;

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
        synchronized (LINES) {
            LINES.clear();
            bpf.libbpf_set_print(PRINTER);
        }
        Path mapPins = pins.resolve("maps");
        makeDirectories(mapPins);
        Pointer content = Pointer.wrap(Libc.RUNTIME, host.programs());
        Pointer object = bpf.bpf_object__open_mem(content, content.size(), null);
        if (object == null) {
            throw failure("reading the eBPF programs", Libc.errno());
        }
        try {
            configure(bpf, object, host, config, mapPins);
            int result = bpf.bpf_object__load(object);
            if (result < 0) {
                throw failure("loading the eBPF programs", -result);
            }
            Programs programs = new Programs();
            programs.keepMaps(bpf, object, config);
            try {
                attach(bpf, object, pins, cgroup);
            } catch (IOException e) {
                programs.close();
                throw e;
            }
            return programs;
        } finally {
            bpf.bpf_object__close(object);
        }
    }

    private static void makeDirectories(Path directory) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static void configure(
            LibBpf bpf, Pointer object, Requirements.Found host, ConfinementConfig config, Path mapPins)
            throws IOException {
        Pointer values = Memory.allocateDirect(Libc.RUNTIME, CONFIG_SIZE, true);
        values.putInt(0, host.distinctErrors() ? 1 : 0);
        values.putInt(4, Math.max(1, config.handshakes() / 16));
        check(bpf.bpf_map__set_initial_value(map(bpf, object, ".rodata.config"), values, CONFIG_SIZE), "configuring");
        Map<String, Integer> sizes = sizes(config);
        for (String name : names()) {
            Path pin = mapPins.resolve(name);
            Pointer map = map(bpf, object, name);
            Integer size = Files.exists(pin) ? sizeOf(bpf, pin) : sizes.get(name);
            if (size != null && sizes.containsKey(name)) {
                check(bpf.bpf_map__set_max_entries(map, size), "sizing of " + name);
            }
            check(bpf.bpf_map__set_pin_path(map, pin.toString()), "pinning of " + name);
        }
    }

    private static List<String> names() {
        return List.of(
                "entries", "destinations", "peers", "grants", "verdicts", "hosts", "containers", "denials", "last_id");
    }

    private static Integer sizeOf(LibBpf bpf, Path pin) throws IOException {
        int fd = bpf.bpf_obj_get(pin.toString());
        check(fd, "opening of " + pin);
        FileDescriptor descriptor = new FileDescriptor(fd);
        try {
            Pointer info = Memory.allocateDirect(Libc.RUNTIME, MAP_INFO_SIZE, true);
            Pointer length = Memory.allocateDirect(Libc.RUNTIME, Integer.BYTES, true);
            length.putInt(0, MAP_INFO_SIZE);
            check(bpf.bpf_obj_get_info_by_fd(fd, info, length), "looking at " + pin);
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
        keep(bpf, object, "denials", Integer.BYTES, Long.BYTES * processors);
        keep(bpf, object, "last_id", Integer.BYTES, Integer.BYTES);
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
        check(bpf.bpf_obj_get_info_by_fd(own.intValue(), info, length), "looking at map " + name);
        maps.put(name, new BpfMap(bpf, name, own, keySize, valueSize, info.getInt(MAP_INFO_MAX_ENTRIES)));
    }

    private static Pointer map(LibBpf bpf, Pointer object, String name) throws IOException {
        Pointer map = bpf.bpf_object__find_map_by_name(object, name);
        if (map == null) {
            throw new IOException("the eBPF programs have no map " + name);
        }
        return map;
    }

    private static void attach(LibBpf bpf, Pointer object, Path pins, Path cgroup) throws IOException {
        Path links = pins.resolve(linksOf(cgroup));
        makeDirectories(links);
        FileDescriptor directory = Descriptors.openReadOnly(cgroup);
        try {
            Pointer program = bpf.bpf_object__next_program(object, null);
            while (program != null) {
                attach(bpf, program, links, directory);
                program = bpf.bpf_object__next_program(object, program);
            }
        } finally {
            Descriptors.close(directory);
        }
    }

    private static void attach(LibBpf bpf, Pointer program, Path links, FileDescriptor cgroup) throws IOException {
        String name = bpf.bpf_program__name(program);
        Path pin = links.resolve(name);
        if (Files.exists(pin)) {
            Pointer link = opened(bpf, pin);
            int result = bpf.bpf_link__update_program(link, program);
            bpf.bpf_link__destroy(link);
            check(result, "replacing of program " + name);
            return;
        }
        Pointer link = bpf.bpf_program__attach_cgroup(program, cgroup.intValue());
        if (link == null) {
            int error = Libc.errno();
            String hint = error == 1
                    ? " (has a cgroup above it a program without BPF_F_ALLOW_MULTI? bpftool cgroup tree)"
                    : "";
            throw failure("attaching program " + name + " to cgroup" + hint, error);
        }
        int result = bpf.bpf_link__pin(link, pin.toString());
        bpf.bpf_link__destroy(link);
        check(result, "pinning of program " + name);
    }

    private static Pointer opened(LibBpf bpf, Path pin) throws IOException {
        Pointer link = bpf.bpf_link__open(pin.toString());
        if (link == null) {
            throw failure("opening of " + pin, Libc.errno());
        }
        return link;
    }

    /**
     * Whether programs are attached to a cgroup other than this one, which a router had before: somebody has removed that, and sockets that were made in it are
     * left. The kernel detaches programs when the last of them is gone.
     *
     * @param cgroup may not be there
     */
    static boolean areAttachedElsewhere(LibBpf bpf, Path pins, Path cgroup) throws IOException {
        String here = Files.isDirectory(cgroup) ? linksOf(cgroup) : "";
        try (DirectoryStream<Path> all = Files.newDirectoryStream(pins, "links-*")) {
            for (Path links : all) {
                if (!links.endsWith(here) && isAttached(bpf, links)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isAttached(LibBpf bpf, Path links) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(links)) {
            for (Path pin : all) {
                Pointer link = opened(bpf, pin);
                Pointer info = Memory.allocateDirect(Libc.RUNTIME, LINK_INFO_SIZE, true);
                Pointer length = Memory.allocateDirect(Libc.RUNTIME, Integer.BYTES, true);
                length.putInt(0, LINK_INFO_SIZE);
                int result = bpf.bpf_obj_get_info_by_fd(bpf.bpf_link__fd(link), info, length);
                bpf.bpf_link__destroy(link);
                check(result, "looking at " + pin);
                if (info.getLong(LINK_INFO_CGROUP) != 0) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String linksOf(Path cgroup) throws IOException {
        return "links-" + Files.getAttribute(cgroup, "unix:ino");
    }

    /** Removes all pins of a router: its programs no longer run, for no socket. */
    static void unpin(Path pins) throws IOException {
        if (!Files.isDirectory(pins)) {
            return;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(pins)) {
            for (Path entry : all) {
                if (Files.isDirectory(entry)) {
                    unpin(entry);
                } else {
                    Files.deleteIfExists(entry);
                }
            }
        }
        Files.deleteIfExists(pins);
    }

    /** One of the maps. */
    BpfMap map(String name) {
        return Objects.requireNonNull(maps.get(name), name);
    }

    private static int print(int level, String format, @Nullable Pointer arguments) {
        if (level > 1) {
            return 0;
        }
        Pointer line = Memory.allocateDirect(Libc.RUNTIME, LOG_LINE);
        int length = Libc.INSTANCE.vsnprintf(line, LOG_LINE, format, arguments);
        if (length > 0) {
            byte[] bytes = new byte[Math.min(length, LOG_LINE - 1)];
            line.get(0, bytes, 0, bytes.length);
            String text = new String(bytes, StandardCharsets.UTF_8).strip();
            LOG.debug("{}", text);
            synchronized (LINES) {
                LINES.add(text);
                if (LINES.size() > LINES_KEPT) {
                    LINES.remove(0);
                }
            }
        }
        return length;
    }

    private static SystemCallException failure(String what, int error) {
        synchronized (LINES) {
            return new SystemCallException(what, LINES.isEmpty() ? "" : String.join("\n", LINES), error);
        }
    }

    private static void check(int result, String what) throws SystemCallException {
        if (result < 0) {
            throw failure(what, -result);
        }
    }

    /** Closes this process's descriptors; all stays in force. */
    @Override
    public void close() {
        maps.values().forEach(map -> Descriptors.close(map.descriptor()));
    }
}
