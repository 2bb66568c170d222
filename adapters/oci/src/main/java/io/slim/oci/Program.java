package io.slim.oci;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What an executable file is, by its first bytes: a script, or an ELF file (elf(5)).
 *
 * @param kind of the file
 * @param interpreter of a script: program and argument, as they are written; else empty
 */
record Program(Kind kind, String interpreter) {

    enum Kind {
        /** Loads libraries, the shim too. */
        DYNAMIC,
        /** Loads none. */
        STATIC,
        /** Of another architecture, or another width. */
        FOREIGN,
        SCRIPT,
        UNKNOWN
    }

    private static final int MOST_HEADER_BYTES = 16 * 1024;
    private static final int ELF_64 = 2;
    private static final int LITTLE_ENDIAN = 1;
    private static final int TYPE_INTERPRETER = 3;
    private static final int MACHINE_AT = 18;
    private static final int TABLE_AT = 32;
    private static final int ENTRY_SIZE_AT = 54;
    private static final int ENTRIES_AT = 56;
    private static final int HEADER_SIZE = 64;
    private static final int LEAST_ENTRY_SIZE = 56;

    private static Program of(Kind kind) {
        return new Program(kind, "");
    }

    /** Reads the first bytes of a file. */
    static Program of(Path file) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(MOST_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file)) {
            while (head.hasRemaining() && channel.read(head) > 0) {
                // Until it is full, or the file is at its end.
            }
        }
        return of(head.flip());
    }

    static Program of(ByteBuffer head) {
        if (head.remaining() >= 2 && head.get(0) == '#' && head.get(1) == '!') {
            return new Program(Kind.SCRIPT, firstLine(head).substring(2).strip());
        }
        if (head.remaining() < HEADER_SIZE || head.getInt(0) != 0x464c457f) {
            return of(Kind.UNKNOWN);
        }
        if (head.get(4) != ELF_64 || head.get(5) != LITTLE_ENDIAN || head.getShort(MACHINE_AT) != ownMachine()) {
            return of(Kind.FOREIGN);
        }
        return hasInterpreter(head);
    }

    private static Program hasInterpreter(ByteBuffer head) {
        long table = head.getLong(TABLE_AT);
        int size = head.getShort(ENTRY_SIZE_AT) & 0xffff;
        int entries = head.getShort(ENTRIES_AT) & 0xffff;
        if (size < LEAST_ENTRY_SIZE || table < 0 || table + (long) size * entries > head.remaining()) {
            return of(Kind.UNKNOWN);
        }
        for (int i = 0; i < entries; i++) {
            if (head.getInt((int) table + i * size) == TYPE_INTERPRETER) {
                return of(Kind.DYNAMIC);
            }
        }
        return of(Kind.STATIC);
    }

    private static String firstLine(ByteBuffer head) {
        String text = StandardCharsets.UTF_8
                .decode(head.duplicate().limit(Math.min(head.limit(), 256)))
                .toString();
        return text.lines().findFirst().orElse("#!");
    }

    private static int ownMachine() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> 62;
            case "aarch64", "arm64" -> 183;
            default -> -1;
        };
    }
}
