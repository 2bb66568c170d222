package io.slim.resolver.common;

import io.slim.api.ConfigurationException;
import io.slim.api.ConfigurationProblem;
import io.slim.api.resolver.table.Prefix;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * The argument of a resolver, {@code KEY=VALUE,KEY=VALUE,...}; a key that may be given more than once makes a list. Wrong
 * ones are collected until {@link #check}. Not thread-safe.
 */
public final class Options {

    private final String resolver;
    private final Map<String, List<String>> given = new LinkedHashMap<>();
    private final List<ConfigurationProblem> problems = new ArrayList<>();

    private Options(String resolver) {
        this.resolver = resolver;
    }

    /**
     * Reads an argument.
     *
     * @param resolver its name, for messages
     * @param known all keys that there are
     */
    public static Options parse(String resolver, String argument, Set<String> known) {
        Options options = new Options(resolver);
        for (String part : argument.isEmpty() ? new String[0] : argument.split(",", -1)) {
            int equals = part.indexOf('=');
            String key = equals < 0 ? part : part.substring(0, equals);
            if (equals < 0 || !known.contains(key)) {
                options.problem(part, "KEY=VALUE,... where KEY is one of " + new TreeSet<>(known));
            } else {
                options.given.computeIfAbsent(key, unused -> new ArrayList<>()).add(part.substring(equals + 1));
            }
        }
        return options;
    }

    /** Something is wrong. */
    public void problem(String value, String expected) {
        problems.add(new ConfigurationProblem("resolver " + resolver, value, expected));
    }

    /**
     * Ends the reading.
     *
     * @throws ConfigurationException if something was wrong, with all of it
     */
    public void check() {
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }

    /** Whether a key is given. */
    public boolean has(String key) {
        return given.containsKey(key);
    }

    /** All values of a key that can be read. */
    public <T> List<T> all(String key, String expected, Function<String, T> parser) {
        List<T> values = new ArrayList<>();
        for (String text : given.getOrDefault(key, List.of())) {
            try {
                values.add(parser.apply(text));
            } catch (IllegalArgumentException e) {
                problem(key + "=" + text, expected);
            }
        }
        return values;
    }

    /** The value of a key that may be given once. */
    public <T> Optional<T> one(String key, String expected, Function<String, T> parser) {
        if (given.getOrDefault(key, List.of()).size() > 1) {
            problem(key + "=" + given.get(key).get(1), "each key once");
        }
        return all(key, expected, parser).stream().findFirst();
    }

    /** A text. */
    public Optional<String> text(String key) {
        return one(key, "a text", Function.identity());
    }

    /** A file. */
    public Optional<Path> file(String key) {
        return one(key, "a file", text -> Path.of(text).toAbsolutePath());
    }

    /** Addresses. */
    public List<InetAddress> addresses(String key) {
        return all(key, "an IPv4 or IPv6 address", Prefix::address);
    }

    /** Prefixes. */
    public List<Prefix> prefixes(String key) {
        return all(key, "a prefix such as 10.32.0.0/12", Prefix::parse);
    }

    /** URLs over HTTP or HTTPS, with a host. */
    public List<URI> urls(String key) {
        return all(key, "a URL such as http://127.0.0.1:6784", Options::url);
    }

    private static URI url(String text) {
        try {
            URI url = new URI(text);
            if (url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(text, e);
        }
        throw new IllegalArgumentException(text);
    }

    /** {@code true} or {@code false}; false if it is not given. */
    public boolean flag(String key) {
        return one(key, "true or false", text -> {
                    if (!text.equals("true") && !text.equals("false")) {
                        throw new IllegalArgumentException(text);
                    }
                    return text.equals("true");
                })
                .orElse(false);
    }

    /** A time in seconds, 1 to 86,400. */
    public Duration seconds(String key, Duration otherwise) {
        return time(key, "seconds, 1 to 86400", 86_400, Duration::ofSeconds).orElse(otherwise);
    }

    /** A time in milliseconds, 1 to 3,600,000. */
    public Duration milliseconds(String key, Duration otherwise) {
        return time(key, "milliseconds, 1 to 3600000", 3_600_000, Duration::ofMillis)
                .orElse(otherwise);
    }

    private Optional<Duration> time(String key, String expected, long most, LongFunction<Duration> unit) {
        return one(key, expected, text -> {
            long value = Long.parseLong(text);
            if (value < 1 || value > most) {
                throw new IllegalArgumentException(text);
            }
            return unit.apply(value);
        });
    }
}
