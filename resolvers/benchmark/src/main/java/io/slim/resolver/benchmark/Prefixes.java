package io.slim.resolver.benchmark;

import io.slim.api.resolver.table.Prefix;
import io.slim.api.resolver.table.PrefixTable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Made up prefixes: three of four IPv4, most of them /24 … /32 within 10.0.0.0/8, as overlays have them. */
final class Prefixes {

    private static final int HOSTS = 1000;

    private final Random random = new Random(4711);

    private Prefixes() {}

    static List<PrefixTable.Entry<InetAddress>> make(int count) throws UnknownHostException {
        Prefixes prefixes = new Prefixes();
        InetAddress[] hosts = new InetAddress[HOSTS];
        for (int i = 0; i < HOSTS; i++) {
            hosts[i] = InetAddress.getByAddress(new byte[] {(byte) 192, (byte) 168, (byte) (i >> 8), (byte) i});
        }
        Set<Prefix> seen = new HashSet<>();
        List<PrefixTable.Entry<InetAddress>> entries = new ArrayList<>();
        while (entries.size() < count) {
            Prefix prefix = prefixes.next();
            if (seen.add(prefix)) {
                entries.add(new PrefixTable.Entry<>(prefix, hosts[entries.size() % HOSTS]));
            }
        }
        return entries;
    }

    /** Addresses of one family or both, of these as many of each as there are prefixes. */
    static InetAddress[] addresses(int count, boolean four, boolean six) throws UnknownHostException {
        Prefixes prefixes = new Prefixes();
        InetAddress[] addresses = new InetAddress[count];
        for (int i = 0; i < count; i++) {
            do {
                addresses[i] = prefixes.address();
            } while (addresses[i].getAddress().length == 4 ? !four : !six);
        }
        return addresses;
    }

    private Prefix next() throws UnknownHostException {
        InetAddress address = address();
        int bits = address.getAddress().length * 8;
        return Prefix.covering(address, bits == 32 ? 20 + random.nextInt(13) : 48 + random.nextInt(81));
    }

    private InetAddress address() throws UnknownHostException {
        boolean four = random.nextInt(4) != 0;
        byte[] bytes = new byte[four ? 4 : 16];
        random.nextBytes(bytes);
        bytes[0] = (byte) (four ? 10 : 0xfd);
        return InetAddress.getByAddress(bytes);
    }
}
