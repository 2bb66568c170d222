package io.slim.router.confine;

import io.netty.channel.unix.FileDescriptor;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.LibBpf;
import io.slim.router.sys.Libc;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/** What attaches a router's programs to its cgroup: links, pinned in {@code links-<cgroup>/<program>}. */
final class Links {

    private static final int LINK_INFO_SIZE = 64;
    private static final int LINK_INFO_CGROUP = 16;

    private Links() {}

    static void makeDirectories(Path directory) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Attaches all programs of an object, or replaces what an earlier router has attached. */
    static void attach(LibBpf bpf, Pointer object, Path pins, Path cgroup) throws IOException {
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
            LibBpfLog.check(result, "replacing of program " + name);
            return;
        }
        Pointer link = bpf.bpf_program__attach_cgroup(program, cgroup.intValue());
        if (link == null) {
            int error = Libc.errno();
            String hint = error == 1
                    ? " (has a cgroup above it a program without BPF_F_ALLOW_MULTI? bpftool cgroup tree)"
                    : "";
            throw LibBpfLog.failure("attaching program " + name + " to cgroup" + hint, error);
        }
        int result = bpf.bpf_link__pin(link, pin.toString());
        bpf.bpf_link__destroy(link);
        LibBpfLog.check(result, "pinning of program " + name);
    }

    private static Pointer opened(LibBpf bpf, Path pin) throws IOException {
        Pointer link = bpf.bpf_link__open(pin.toString());
        if (link == null) {
            throw LibBpfLog.failure("opening of " + pin, Libc.errno());
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
                LibBpfLog.check(result, "looking at " + pin);
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
}
