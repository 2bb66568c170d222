package io.slim.router.sys;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Whether rules in the network namespace of the calling thread send TCP connections elsewhere (REDIRECT, DNAT, TPROXY), as
 * those of transparent proxies do. Asks the kernel for all nftables rules, iptables-nft's among them (NFT_MSG_GETRULE in
 * linux/netfilter/nf_tables.h); that takes some microseconds where there are none. Rules of the older iptables cannot be
 * read so: a namespace that has their table {@code nat} counts as one that redirects. Needs CAP_NET_ADMIN there.
 */
public final class Redirects {

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int NETLINK_NETFILTER = 12;
    private static final int GET_RULE = (10 << 8) | 7;
    private static final int NEW_RULE = (10 << 8) | 6;
    private static final int NLM_F_REQUEST_DUMP = 0x301;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int HEADER = 16;
    private static final int FAMILY_HEADER = 4;
    private static final int REQUEST = HEADER + FAMILY_HEADER;
    private static final int BUFFER = 64 * 1024;
    /** The kernel was built without what was asked for. */
    private static final List<Integer> NOT_THERE = List.of(22, 93, 95, 97);

    private static final List<Path> OLD_TABLES = List.of(
            Path.of("/proc/thread-self/net/ip_tables_names"), Path.of("/proc/thread-self/net/ip6_tables_names"));

    private final FileDescriptor netlink;
    private final Pointer buffer = Memory.allocateDirect(Libc.RUNTIME, BUFFER);

    private Redirects(FileDescriptor netlink) {
        this.netlink = netlink;
    }

    /**
     * Looks.
     *
     * @return where such a rule is, for people; null if there is none
     * @throws IOException if that cannot be told
     */
    public static @Nullable String find() throws IOException {
        for (Path tables : OLD_TABLES) {
            if (Files.exists(tables) && Files.readAllLines(tables).contains("nat")) {
                return "table nat of iptables (legacy)";
            }
        }
        int fd = Libc.INSTANCE.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_NETFILTER);
        if (fd < 0) {
            int errno = Libc.errno();
            if (NOT_THERE.contains(errno)) {
                return null;
            }
            throw new SystemCallException("socket", "NETLINK_NETFILTER", errno);
        }
        FileDescriptor netlink = new FileDescriptor(fd);
        try {
            return new Redirects(netlink).dump();
        } finally {
            Descriptors.close(netlink);
        }
    }

    private @Nullable String dump() throws IOException {
        buffer.setMemory(0, REQUEST, (byte) 0);
        buffer.putInt(0, REQUEST);
        buffer.putShort(4, (short) GET_RULE);
        buffer.putShort(6, (short) NLM_F_REQUEST_DUMP);
        if (Libc.INSTANCE.send(netlink.intValue(), buffer, REQUEST, 0) != REQUEST) {
            throw new SystemCallException("send to", "NETLINK_NETFILTER", Libc.errno());
        }
        while (true) {
            long received = Libc.INSTANCE.recv(netlink.intValue(), buffer, BUFFER, 0);
            if (received <= 0) {
                throw new SystemCallException("recv from", "NETLINK_NETFILTER", Libc.errno());
            }
            byte[] bytes = new byte[(int) received];
            buffer.get(0, bytes, 0, bytes.length);
            ByteBuffer messages = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
            while (messages.remaining() >= HEADER) {
                int at = messages.position();
                int length = Math.min(messages.getInt(at), messages.remaining());
                int type = messages.getShort(at + 4);
                if (type == NLMSG_DONE || length < HEADER) {
                    return null;
                }
                if (type == NLMSG_ERROR) {
                    return failed(-messages.getInt(at + HEADER));
                }
                if (type == NEW_RULE && length >= REQUEST) {
                    RedirectRule rule = new RedirectRule(messages.slice(at + REQUEST, length - REQUEST));
                    if (rule.redirects()) {
                        return rule.toString();
                    }
                }
                messages.position(Math.min(at + ((length + 3) & ~3), messages.limit()));
            }
        }
    }

    private static @Nullable String failed(int errno) throws SystemCallException {
        if (NOT_THERE.contains(errno)) {
            return null;
        }
        throw new SystemCallException("dump of the rules of", "nf_tables", errno);
    }
}
