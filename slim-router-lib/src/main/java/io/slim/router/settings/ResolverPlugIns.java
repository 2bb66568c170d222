package io.slim.router.settings;

import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.ResolverProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * The resolvers that a router of its own process offers: those of its class path, then each directory {@code resolvers/NAME} beside
 * the directory of its own jars. What is in such a directory (clients of data stores, megabytes of them) is loaded only when
 * that resolver is chosen, by a {@link PlugInLoader} of its own.
 */
final class ResolverPlugIns {

    private static final String DIRECTORY = "resolvers";

    private ResolverPlugIns() {}

    /** All of them. */
    static List<ResolverProvider> all() {
        return all(beside());
    }

    static List<ResolverProvider> all(Path plugIns) {
        List<ResolverProvider> all = new ArrayList<>();
        ServiceLoader.load(ResolverProvider.class, ResolverProvider.class.getClassLoader())
                .forEach(all::add);
        if (Files.isDirectory(plugIns)) {
            try (DirectoryStream<Path> directories = Files.newDirectoryStream(plugIns, Files::isDirectory)) {
                directories.forEach(directory -> all.add(new InDirectory(directory)));
            } catch (IOException e) {
                throw new UncheckedIOException(plugIns + " cannot be read", e);
            }
        }
        return all;
    }

    /** {@code app/resolvers}, if this class is in {@code app/lib/slim-router-lib.jar}. */
    private static Path beside() {
        try {
            Path own = Path.of(ResolverPlugIns.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return own.resolveSibling("..").resolve(DIRECTORY).normalize();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private record InDirectory(Path directory) implements ResolverProvider {

        @Override
        public String name() {
            return directory.getFileName().toString();
        }

        @Override
        public OverlayResolver create(String argument) {
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            ClassLoader loader = loader();
            // The libraries look for their parts with it, on threads that inherit it.
            thread.setContextClassLoader(loader);
            try {
                for (ResolverProvider provider : ServiceLoader.load(ResolverProvider.class, loader)) {
                    if (provider.name().equals(name())) {
                        return provider.create(argument);
                    }
                }
                throw new IllegalStateException(directory + ": no resolver of the name " + name() + " is in it");
            } finally {
                thread.setContextClassLoader(before);
            }
        }

        /** Open for as long as the process lives, as the resolver is. */
        private ClassLoader loader() {
            List<URL> jars = new ArrayList<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.jar")) {
                for (Path file : files) {
                    jars.add(file.toUri().toURL());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(directory + " cannot be read", e);
            }
            return new PlugInLoader(
                    "slim-resolver-" + name(), jars.toArray(URL[]::new), ResolverPlugIns.class.getClassLoader());
        }
    }
}
