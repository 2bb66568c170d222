package io.slim.router.sys;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/**
 * A program that is run with a socket to this process as its descriptor 3. {@link ProcessBuilder} can hand over no descriptor. The child is this
 * process's own: whoever starts it must {@link #reap} it.
 *
 * @param pid of the process
 */
public record ChildProgram(int pid) {

    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_EXEC = 0x10;
    private static final int WNOHANG = 1;
    private static final int SIGKILL = 9;
    private static final int PASSED_AS = 3;
    /** posix_spawn_file_actions_t has 80 bytes in glibc and in musl. */
    private static final int ACTIONS_SIZE = 256;

    /**
     * Keeps a program in memory, so that it can be run although every file system is mounted noexec (memfd_create(2)).
     *
     * @param content direct
     * @return owned by the caller
     */
    public static FileDescriptor keep(String name, ByteBuffer content) throws IOException {
        int fd = Libc.INSTANCE.memfd_create(name, MFD_CLOEXEC | MFD_EXEC);
        if (fd < 0) {
            fd = Libc.INSTANCE.memfd_create(name, MFD_CLOEXEC); // before Linux 6.3
        }
        if (fd < 0) {
            throw new SystemCallException("memfd_create", name, Libc.errno());
        }
        FileDescriptor kept = new FileDescriptor(fd);
        Pointer memory = Pointer.wrap(Libc.RUNTIME, content);
        if (Libc.INSTANCE.write(fd, memory, content.remaining()) != content.remaining()) {
            SystemCallException failed = new SystemCallException("write", name, Libc.errno());
            Descriptors.close(kept);
            throw failed;
        }
        return kept;
    }

    /**
     * Runs a program; its environment is empty.
     *
     * @param program see {@link #keep}; stays the caller's
     * @param arguments the first is its name
     * @param socket stays the caller's
     */
    public static ChildProgram start(FileDescriptor program, List<String> arguments, FileDescriptor socket)
            throws IOException {
        String path = "/proc/" + ProcessHandle.current().pid() + "/fd/" + program.intValue();
        Pointer actions = Memory.allocateDirect(Libc.RUNTIME, ACTIONS_SIZE, true);
        Pointer pid = Memory.allocateDirect(Libc.RUNTIME, Integer.BYTES, true);
        List<Pointer> texts = new ArrayList<>();
        Pointer vector = vector(arguments, texts);
        check(Libc.INSTANCE.posix_spawn_file_actions_init(actions), "posix_spawn_file_actions_init");
        try {
            check(
                    Libc.INSTANCE.posix_spawn_file_actions_adddup2(actions, socket.intValue(), PASSED_AS),
                    "posix_spawn_file_actions_adddup2");
            Pointer environment = Memory.allocateDirect(Libc.RUNTIME, Long.BYTES, true);
            check(
                    Libc.INSTANCE.posix_spawn(pid, path, actions, null, vector, environment),
                    "posix_spawn of " + arguments.get(0));
        } finally {
            Libc.INSTANCE.posix_spawn_file_actions_destroy(actions);
        }
        return new ChildProgram(pid.getInt(0));
    }

    private static Pointer vector(List<String> arguments, List<Pointer> texts) {
        Pointer vector = Memory.allocateDirect(Libc.RUNTIME, (arguments.size() + 1L) * Long.BYTES, true);
        for (String argument : arguments) {
            byte[] bytes = argument.getBytes(StandardCharsets.UTF_8);
            Pointer text = Memory.allocateDirect(Libc.RUNTIME, bytes.length + 1, true);
            text.put(0, bytes, 0, bytes.length);
            vector.putAddress((long) texts.size() * Long.BYTES, text.address());
            texts.add(text);
        }
        return vector;
    }

    private static void check(int error, String call) throws SystemCallException {
        if (error != 0) {
            throw new SystemCallException(call, "slim-vault", error);
        }
    }

    /** Takes note of its end; false if it has not ended yet. */
    public boolean reap() {
        return Libc.INSTANCE.waitpid(pid, null, WNOHANG) != 0;
    }

    /** Kills it and waits for its end. */
    public void end() {
        Libc.INSTANCE.kill(pid, SIGKILL);
        Libc.INSTANCE.waitpid(pid, null, 0);
    }
}
