package io.slim.router.sys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Which TCP segments a raw socket receives: a program for the kernel (classic BPF, linux/filter.h). Immutable. */
public final class SegmentFilter {

    /** Size of a {@code struct sock_filter}. */
    static final int INSTRUCTION = 8;

    private static final int LDX_IP_HEADER_LENGTH = 0xb1;
    private static final int LDX_CONSTANT = 0x01;
    private static final int LD_WORD_AT_X = 0x40;
    private static final int LD_HALF_AT_X = 0x48;
    private static final int LD_BYTE_AT_X = 0x50;
    private static final int AND = 0x54;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;
    private static final int ALL = -1;

    private static final int DESTINATION_PORT_AT = 2;
    private static final int SEQUENCE_AT = 4;
    private static final int FLAGS_AT = 13;

    private final List<int[]> tests;

    private SegmentFilter(List<int[]> tests) {
        this.tests = tests;
    }

    /** The SYN to a port that has this sequence number. */
    public static SegmentFilter syn(int port, int sequence) {
        return new SegmentFilter(List.of(
                new int[] {LD_HALF_AT_X, DESTINATION_PORT_AT, ALL, port},
                new int[] {LD_WORD_AT_X, SEQUENCE_AT, ALL, sequence},
                new int[] {LD_BYTE_AT_X, FLAGS_AT, TcpSegment.KINDS, TcpSegment.SYN}));
    }

    /** Everything from one port to another. */
    public static SegmentFilter between(int from, int to) {
        return new SegmentFilter(List.of(
                new int[] {LD_HALF_AT_X, 0, ALL, from}, new int[] {LD_HALF_AT_X, DESTINATION_PORT_AT, ALL, to}));
    }

    /**
     * The program.
     *
     * @param four whether packets have an IPv4 header; else they start with TCP's
     */
    byte[] program(boolean four) {
        List<long[]> code = new ArrayList<>();
        code.add(new long[] {four ? LDX_IP_HEADER_LENGTH : LDX_CONSTANT, 0, 0});
        for (int[] test : tests) {
            code.add(new long[] {test[0], 0, test[1]});
            if (test[2] != ALL) {
                code.add(new long[] {AND, 0, test[2]});
            }
            code.add(new long[] {JUMP_IF_EQUAL, 0, test[3]});
        }
        code.add(new long[] {RETURN, 0, ALL});
        code.add(new long[] {RETURN, 0, 0});
        ByteBuffer program = ByteBuffer.allocate(code.size() * INSTRUCTION).order(ByteOrder.nativeOrder());
        for (int i = 0; i < code.size(); i++) {
            long[] instruction = code.get(i);
            boolean isTest = instruction[0] == JUMP_IF_EQUAL;
            // If the test fails, the last instruction is next.
            int otherwise = isTest ? code.size() - 2 - i : 0;
            program.putShort((short) instruction[0])
                    .put((byte) 0)
                    .put((byte) otherwise)
                    .putInt((int) instruction[2]);
        }
        return program.array();
    }
}
