package io.slim.resolver.benchmark;

import io.slim.api.resolver.table.PrefixTable;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Building the longest-prefix table and looking addresses up in it. */
@State(Scope.Benchmark)
@Fork(value = 1, jvmArgs = "-Xmx2g")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PrefixTableBenchmark {

    private static final int ADDRESSES = 1 << 20;

    /** How many prefixes. */
    @Param({"1000", "1000000"})
    public int prefixes;

    /** Of the addresses that are looked up; the table has both. */
    @Param({"IPv4", "IPv6", "both"})
    public String family;

    private List<PrefixTable.Entry<InetAddress>> entries;
    private PrefixTable<InetAddress> table;
    private InetAddress[] addresses;
    private int next;

    /** Makes the table, and says how much memory it takes. */
    @Setup
    public void make() throws Exception {
        entries = Prefixes.make(prefixes);
        addresses = Prefixes.addresses(ADDRESSES, !family.equals("IPv6"), !family.equals("IPv4"));
        long before = used();
        table = PrefixTable.of(entries);
        System.out.printf("%n%d prefixes take %.1f MB%n", prefixes, (used() - before) / 1e6);
    }

    private static long used() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Random addresses: each look-up misses the processor's caches. */
    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    public InetAddress find() {
        next = (next + 1) & (ADDRESSES - 1);
        return table.find(addresses[next]);
    }

    /** A table from prefixes in no order. */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public PrefixTable<InetAddress> build() {
        return PrefixTable.of(entries);
    }
}
