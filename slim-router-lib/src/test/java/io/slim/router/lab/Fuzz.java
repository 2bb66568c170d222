package io.slim.router.lab;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Feeds a parser with mutations of good input, for a bounded time. The seed is printed and can be given back with
 * {@code -Dslim.fuzz.seed}; {@code -Dslim.fuzz.seconds} makes it longer.
 */
public final class Fuzz {

    private static final long DEFAULT_SECONDS = 3;
    /** On a machine that is too busy to make them in that time, too. */
    private static final long LEAST_INPUTS = 2000;

    private static final byte[] SPECIAL = {0, 1, 2, 4, 6, 16, 20, 60, 0x7f, (byte) 0x80, (byte) 0xff};

    private final List<byte[]> corpus;
    private final Random random;

    /** What is fuzzed. What it throws, other than what it promises, is the finding. */
    public interface Target {
        /** Must not change the input. */
        void accept(byte[] input, Random random) throws Exception;
    }

    private Fuzz(List<byte[]> corpus, Random random) {
        this.corpus = corpus;
        this.random = random;
    }

    /**
     * Runs it.
     *
     * @param corpus good input, at least one
     * @return how many inputs there were
     */
    public static long run(String name, List<byte[]> corpus, Target target) {
        long seed = Long.getLong("slim.fuzz.seed", System.nanoTime());
        Duration time = Duration.ofSeconds(Long.getLong("slim.fuzz.seconds", DEFAULT_SECONDS));
        System.err.println("fuzzing " + name + ": -Dslim.fuzz.seed=" + seed);
        Fuzz fuzz = new Fuzz(corpus, new Random(seed));
        long end = System.nanoTime() + time.toNanos();
        long count = 0;
        do {
            byte[] input = fuzz.next();
            try {
                target.accept(input, fuzz.random);
            } catch (Throwable e) {
                throw new AssertionError(
                        name + ", seed " + seed + ", input " + count + ": "
                                + java.util.HexFormat.of().formatHex(input),
                        e);
            }
            count++;
        } while (count < LEAST_INPUTS || System.nanoTime() - end < 0);
        return count;
    }

    private byte[] next() {
        byte[] input = pick().clone();
        for (int changes = random.nextInt(6); changes > 0; changes--) {
            input = mutate(input);
        }
        return input;
    }

    private byte[] pick() {
        return corpus.get(random.nextInt(corpus.size()));
    }

    private byte[] mutate(byte[] input) {
        int at = random.nextInt(input.length + 1);
        switch (random.nextInt(7)) {
            case 0 -> { // cut
                return Arrays.copyOf(input, at);
            }
            case 1 -> { // splice with another
                return concat(Arrays.copyOf(input, at), pick());
            }
            case 2 -> { // insert noise
                byte[] noise = new byte[1 + random.nextInt(8)];
                random.nextBytes(noise);
                return insert(input, at, noise);
            }
            case 3 -> { // repeat a part
                byte[] part = Arrays.copyOfRange(input, at, Math.min(input.length, at + random.nextInt(64)));
                return input.length > 4096 ? input : insert(input, at, part);
            }
            default -> {
                if (at < input.length) {
                    input[at] = random.nextBoolean()
                            ? SPECIAL[random.nextInt(SPECIAL.length)]
                            : (byte) (input[at] ^ 1 << random.nextInt(8));
                }
                return input;
            }
        }
    }

    private static byte[] insert(byte[] input, int at, byte[] what) {
        return concat(concat(Arrays.copyOf(input, at), what), Arrays.copyOfRange(input, at, input.length));
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
