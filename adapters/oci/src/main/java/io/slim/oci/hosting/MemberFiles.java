package io.slim.oci.hosting;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.net.InetAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One small file per container, so that the next router knows whom to serve. Lies where a reboot empties it. */
final class MemberFiles {

    private static final Logger LOG = LoggerFactory.getLogger(MemberFiles.class);
    private static final String END = ".container";
    private static final String LABEL = "label.";
    private static final String CAPABILITY = "capability.";
    private static final String SHARE = "share.";

    private final Path directory;

    /** Makes the directory. */
    MemberFiles(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    private Path file(String id) {
        return directory.resolve(id + END);
    }

    void write(Member member) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("id", member.id);
        properties.setProperty("seat", member.seat);
        properties.setProperty("prefixes", member.prefixes);
        properties.setProperty("rate", Long.toString(member.rate));
        if (member.networkNamespace != null) {
            properties.setProperty("namespace", member.networkNamespace.toString());
        }
        if (member.anchor != 0) {
            properties.setProperty("anchor", Long.toString(member.anchor));
        }
        properties.setProperty(
                "addresses",
                member.addresses.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(" ")));
        put(properties, "creator", member.creator);
        put(properties, "process", member.process);
        member.capabilities.forEach(name -> properties.setProperty(CAPABILITY + name, ""));
        member.shares.forEach(name -> properties.setProperty(SHARE + name, ""));
        member.labels.forEach((key, value) -> properties.setProperty(LABEL + key, value));
        StringWriter text = new StringWriter();
        properties.store(text, null);
        Path fresh = directory.resolve(member.id + ".new");
        Files.writeString(fresh, text.toString());
        Files.move(fresh, file(member.id), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void put(Properties properties, String key, @Nullable Incarnation process) {
        if (process != null) {
            properties.setProperty(key, process.pid() + " " + process.start());
        }
    }

    void remove(String id) {
        try {
            Files.deleteIfExists(file(id));
        } catch (IOException e) {
            LOG.warn("{} cannot be removed: {}", file(id), e.toString());
        }
    }

    /** All that were written and not removed; what cannot be read is left out, and removed. */
    List<Member> read() throws IOException {
        List<Member> members = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                try {
                    members.add(read(file));
                } catch (IOException | RuntimeException e) {
                    LOG.warn("{} is no container's file: {}", file, e.toString());
                    Files.delete(file);
                }
            }
        }
        return members;
    }

    private static Member read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        Map<String, String> labels = new HashMap<>();
        properties.stringPropertyNames().stream()
                .filter(key -> key.startsWith(LABEL))
                .forEach(key -> labels.put(key.substring(LABEL.length()), properties.getProperty(key)));
        String id = properties.getProperty("id", "");
        String seat = properties.getProperty("seat", "");
        if (!file.getFileName().toString().equals(id + END) || seat.isEmpty()) {
            throw new IOException("id: " + id + ", seat: " + seat + " (expected: as the file is named, and a name)");
        }
        String namespace = properties.getProperty("namespace");
        Member member = new Member(
                id,
                seat,
                namespace == null ? null : Path.of(namespace),
                properties.getProperty("prefixes", ""),
                labels,
                Long.parseLong(properties.getProperty("rate", "0")),
                names(properties, CAPABILITY),
                names(properties, SHARE));
        member.anchor = Long.parseLong(properties.getProperty("anchor", "0"));
        member.addresses = addresses(properties.getProperty("addresses", ""));
        member.creator = process(properties.getProperty("creator"));
        member.process = process(properties.getProperty("process"));
        return member;
    }

    private static Set<InetAddress> addresses(String text) throws IOException {
        Set<InetAddress> addresses = new LinkedHashSet<>();
        for (String address : text.isEmpty() ? new String[0] : text.split(" ", -1)) {
            addresses.add(InetAddress.getByName(address));
        }
        return Set.copyOf(addresses);
    }

    private static Set<String> names(Properties properties, String start) {
        return properties.stringPropertyNames().stream()
                .filter(key -> key.startsWith(start))
                .map(key -> key.substring(start.length()))
                .collect(Collectors.toSet());
    }

    private static @Nullable Incarnation process(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String[] parts = text.split(" ", -1);
        return new Incarnation(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
    }
}
