package io.slim.it.semantics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A way in which the shim's Makefile builds the preloaded library, and how a program is run with it. */
enum Lane {
    /** As users get it. */
    DELIVERED(""),
    /** AddressSanitizer and UndefinedBehaviorSanitizer. */
    ASAN("asan"),
    /** ThreadSanitizer; the program must be built for it too. */
    TSAN("tsan"),
    /** UndefinedBehaviorSanitizer without a runtime, for any libc: the program ends with SIGILL. */
    TRAP("trap"),
    /** For aarch64, in qemu-user, which is given the socket cookies that it does not know of itself. */
    EMULATED("aarch64"),
    /** The same without cookies: the shim must pass everything on. The program is told that there is no shim, as it may expect none. */
    EMULATED_BARE("aarch64");

    /**
     * A thread that is cancelled leaves no frames, which AddressSanitizer's own alternate signal stack does not know of. There is nothing to leak: the
     * shim allocates nothing, and the programs' own memory is not the question.
     */
    private static final String ASAN_OPTIONS = "halt_on_error=0:detect_leaks=0:use_sigaltstack=0";

    /** Reports are read from files, not from exit codes; its handlers would be set through the shim before it can watch the shim. */
    private static final String TSAN_OPTIONS =
            "exitcode=0:die_after_fork=0:handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0";

    /** The emulator with the libraries of the cross-compiler. */
    static final List<String> EMULATOR = List.of("qemu-aarch64", "-L", "/usr/aarch64-linux-gnu");

    /** Loaded into the emulator. */
    private static final Path COOKIES = Path.of("target", "semantics", "aarch64", "cookies.so");

    private final String name;

    Lane(String name) {
        this.name = name;
    }

    /** What must be loaded before the library. */
    private Stream<String> runtimes() {
        return switch (this) {
            case ASAN -> Stream.of("libasan.so", "libubsan.so");
            case TSAN -> Stream.of("libtsan.so");
            case DELIVERED, TRAP, EMULATED, EMULATED_BARE -> Stream.of();
        };
    }

    /** Makes a path to the library that LD_PRELOAD understands: the checkout's may hold spaces or colons. */
    void link(Path labDirectory) {
        Path library = built();
        try {
            Files.createDirectories(libraryIn(labDirectory).getParent());
            Files.createSymbolicLink(libraryIn(labDirectory), library.toRealPath());
            if (this == EMULATED) {
                Files.createSymbolicLink(cookiesIn(labDirectory), COOKIES.toRealPath());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(library + " cannot be used (it is made by make, see the pom)", e);
        }
    }

    /** Whether make has found the compiler for it. */
    boolean isBuilt() {
        return Files.exists(built());
    }

    private Path built() {
        Path target = Path.of("..", "slim-shim", "target");
        Path directory = isEmulated()
                ? target.resolve("native-" + name)
                : target.resolve("native-" + architecture()).resolve(name);
        return directory.resolve("libslim.so");
    }

    /** Whether LD_PRELOAD means something to the emulator; some systems have it as a static program. */
    static boolean emulatorLoadsLibraries() {
        try {
            ProcessBuilder ask = new ProcessBuilder("qemu-aarch64", "--version").redirectErrorStream(true);
            // ld.so lists what it loads and does not start the program.
            ask.environment().put("LD_TRACE_LOADED_OBJECTS", "1");
            return new String(ask.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8).contains("libc.so");
        } catch (IOException e) {
            throw new UncheckedIOException("qemu-aarch64 cannot be run", e);
        }
    }

    /** What stands before the program in its command line. Reports are left in a directory, which must be there. */
    List<String> launcher(Path labDirectory, Path reports) {
        if (this == DELIVERED) {
            return List.of();
        }
        if (isEmulated()) {
            return emulator(labDirectory);
        }
        String preload = Stream.concat(
                        runtimes().map(Lane::find),
                        Stream.of(libraryIn(labDirectory).toString()))
                .collect(Collectors.joining(":"));
        // The sanitizers' shadow memory has its place; kernels that choose addresses freely may have put something
        // there.
        List<String> launcher = new ArrayList<>(List.of("setarch", "-R", "env", "LD_PRELOAD=" + preload));
        launcher.add("ASAN_OPTIONS=" + ASAN_OPTIONS + ":log_path=" + reports.resolve("asan"));
        launcher.add("UBSAN_OPTIONS=print_stacktrace=1:log_path=" + reports.resolve("ubsan"));
        launcher.add("TSAN_OPTIONS=" + TSAN_OPTIONS + ":log_path=" + reports.resolve("tsan"));
        return List.copyOf(launcher);
    }

    private List<String> emulator(Path labDirectory) {
        List<String> launcher = new ArrayList<>(List.of("env"));
        launcher.addAll(
                this == EMULATED
                        ? List.of("LD_PRELOAD=" + cookiesIn(labDirectory))
                        : List.of("--unset=LD_PRELOAD", "SEMANTICS_SHIM=0"));
        launcher.addAll(EMULATOR);
        launcher.addAll(List.of("-E", "LD_PRELOAD=" + libraryIn(labDirectory)));
        return List.copyOf(launcher);
    }

    boolean isEmulated() {
        return this == EMULATED || this == EMULATED_BARE;
    }

    private Path cookiesIn(Path labDirectory) {
        return labDirectory.resolve("lane-" + name).resolve("cookies.so");
    }

    private Path libraryIn(Path labDirectory) {
        return labDirectory.resolve("lane-" + name).resolve("libslim.so");
    }

    private static String architecture() {
        String name = System.getProperty("os.arch");
        return name.equals("amd64") ? "x86_64" : name;
    }

    /** The compiler's own copy of a runtime; its answer is the bare name if it has none. */
    private static String find(String runtime) {
        try {
            Process gcc = new ProcessBuilder("gcc", "-print-file-name=" + runtime).start();
            String path = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!path.startsWith("/")) {
                throw new IllegalStateException(
                        "gcc has no " + runtime + " (expected: the package libgcc-N-dev of its version N)");
            }
            return path;
        } catch (IOException e) {
            throw new UncheckedIOException("gcc cannot be run", e);
        }
    }
}
