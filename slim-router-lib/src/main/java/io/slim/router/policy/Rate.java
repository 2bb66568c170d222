package io.slim.router.policy;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rates as people write them: {@code 100Mbit}. */
public final class Rate {

    /** What would be right, for people whose text is wrong. */
    public static final String EXPECTED =
            "a number and bit, Kbit, Mbit or Gbit per second, 8Kbit to 1000Gbit, such as 100Mbit";

    private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)(bit|Kbit|Mbit|Gbit)");
    private static final Map<String, Long> BITS =
            Map.of("bit", 1L, "Kbit", 1_000L, "Mbit", 1_000_000L, "Gbit", 1_000_000_000L);
    private static final int BITS_PER_BYTE = 8;
    private static final long LEAST = 1_000;
    private static final long MOST = 125_000_000_000L;

    private Rate() {}

    /**
     * Reads one.
     *
     * @return bytes per second
     * @throws IllegalArgumentException if it is none, or out of range; see {@link #EXPECTED}
     */
    public static long parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(EXPECTED);
        }
        long unit = BITS.getOrDefault(matcher.group(2), 0L);
        long bytes = new BigDecimal(matcher.group(1))
                        .multiply(BigDecimal.valueOf(unit))
                        .longValue()
                / BITS_PER_BYTE;
        if (bytes < LEAST || bytes > MOST) {
            throw new IllegalArgumentException(EXPECTED);
        }
        return bytes;
    }
}
