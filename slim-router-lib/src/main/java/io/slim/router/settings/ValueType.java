package io.slim.router.settings;

import io.slim.api.Endpoint;
import io.slim.api.PortRange;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How the text of a setting is read.
 *
 * @param <T> what it is read as
 * @param label stands for the value in help texts: {@code A-B}; empty for a switch
 * @param expected what would be right, for people whose text is wrong
 * @param parser throws an {@link IllegalArgumentException} if the text is wrong
 */
public record ValueType<T>(String label, String expected, Function<String, T> parser) {

    private static final Pattern ADDRESS_CHARACTERS = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern ENDPOINT_PARTS =
            Pattern.compile("\\[(?<six>[^]]+)]:(?<port6>\\d+)|(?<four>[^:]+):(?<port4>\\d+)");

    /** Any text. */
    public static final ValueType<String> TEXT = new ValueType<>("TEXT", "a text", Function.identity());

    /** {@code true} or {@code false}; as a flag it has no value, and {@code --no-NAME} is the opposite. */
    public static final ValueType<Boolean> SWITCH = new ValueType<>("", "true or false", ValueType::truth);

    /** An IPv4 or IPv6 address; never looked up. */
    public static final ValueType<InetAddress> ADDRESS =
            new ValueType<>("ADDRESS", "an IPv4 or IPv6 address", ValueType::address);

    /** An address and a port: {@code 127.0.0.1:9100}, {@code [::1]:9100}. */
    public static final ValueType<Endpoint> ENDPOINT = new ValueType<>(
            "ADDRESS:PORT", "an address and a port, such as 127.0.0.1:9100 or [::1]:9100", ValueType::endpoint);

    /** A file or directory; made absolute. */
    public static final ValueType<Path> PATH =
            new ValueType<>("PATH", "a path", text -> Path.of(text).toAbsolutePath());

    /** Names, separated by commas. */
    public static final ValueType<List<String>> NAMES =
            new ValueType<>("NAME[,NAME]", "names, separated by commas", ValueType::names);

    /** {@code A-B}. */
    public static final ValueType<PortRange> PORT_RANGE =
            new ValueType<>("A-B", "A-B, such as 61000-64999", PortRange::parse);

    /** A TCP port. */
    public static final ValueType<Integer> PORT = integer("N", 1, 0xffff);

    /** A number of things, at least 1. */
    public static final ValueType<Integer> COUNT = integer("N", 1, Integer.MAX_VALUE);

    /** A time in milliseconds, at least 1. */
    public static final ValueType<Duration> MILLISECONDS =
            new ValueType<>("N", "milliseconds, at least 1", text -> Duration.ofMillis(positive(text)));

    /** A time in seconds, at least 1. */
    public static final ValueType<Duration> SECONDS =
            new ValueType<>("N", "seconds, at least 1", text -> Duration.ofSeconds(positive(text)));

    /**
     * A whole number.
     *
     * @param least the smallest one allowed
     * @param most the greatest one allowed
     */
    public static ValueType<Integer> integer(String label, int least, int most) {
        String expected = most == Integer.MAX_VALUE ? "at least " + least : least + " to " + most;
        return new ValueType<>(label, expected, text -> {
            int value = Integer.parseInt(text);
            if (value < least || value > most) {
                throw new IllegalArgumentException(text);
            }
            return value;
        });
    }

    /** One of some words; they are compared as they are. */
    public static <T> ValueType<T> oneOf(String label, Map<String, T> words) {
        String expected = String.join(" or ", words.keySet().stream().sorted().toList());
        return new ValueType<>(label, expected, text -> {
            T value = words.get(text);
            if (value == null) {
                throw new IllegalArgumentException(text);
            }
            return value;
        });
    }

    private static List<String> names(String text) {
        List<String> names = Stream.of(text.split(",", -1)).map(String::strip).toList();
        if (names.contains("")) {
            throw new IllegalArgumentException(text);
        }
        return names;
    }

    private static long positive(String text) {
        long value = Integer.parseInt(text);
        if (value < 1) {
            throw new IllegalArgumentException(text);
        }
        return value;
    }

    private static boolean truth(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static InetAddress address(String text) {
        try {
            if (ADDRESS_CHARACTERS.matcher(text).matches()) {
                return InetAddress.getByName(text);
            }
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
        throw new IllegalArgumentException(text);
    }

    private static Endpoint endpoint(String text) {
        Matcher parts = ENDPOINT_PARTS.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(text);
        }
        boolean four = parts.group("four") != null;
        int port = PORT.parser().apply(parts.group(four ? "port4" : "port6"));
        return new Endpoint(address(parts.group(four ? "four" : "six")), port);
    }
}
