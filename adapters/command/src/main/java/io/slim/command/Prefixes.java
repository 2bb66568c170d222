package io.slim.command;

import io.slim.api.resolver.table.Prefix;
import io.slim.router.settings.ValueType;
import java.util.List;
import java.util.stream.Stream;

/** Lists of prefixes as people write them, and the shim reads them: {@code 10.32.0.0/12,fd00:32::/64}. */
public final class Prefixes {

    /** What would be right, for people whose text is wrong. */
    public static final String EXPECTED = "prefixes such as 10.32.0.0/12,fd00:32::/64";

    /** As the value of a setting. */
    public static final ValueType<String> TYPE = new ValueType<>("CIDR[,CIDR]", EXPECTED, Prefixes::checked);

    private Prefixes() {}

    /**
     * Reads at least one.
     *
     * @throws IllegalArgumentException if one is wrong; see {@link #EXPECTED}
     */
    public static List<Prefix> parse(String text) {
        return Stream.of(text.split(",", -1)).map(Prefixes::one).toList();
    }

    /**
     * The text as it is, if it can be read.
     *
     * @throws IllegalArgumentException as {@link #parse}
     */
    public static String checked(String text) {
        List<Prefix> unused = parse(text);
        return text;
    }

    /** The shim wants the length, too. */
    private static Prefix one(String text) {
        if (!text.contains("/")) {
            throw new IllegalArgumentException(EXPECTED);
        }
        return Prefix.parse(text);
    }
}
