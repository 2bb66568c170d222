package io.slim.router.settings;

import java.net.URL;
import java.net.URLClassLoader;

/**
 * Loads a plug-in with the libraries it was built with, whatever versions of them the program has, and whatever it has that
 * they would use if it were there. Only what both must share is the program's: its API, and the log's.
 */
final class PlugInLoader extends URLClassLoader {

    static {
        registerAsParallelCapable();
    }

    private final ClassLoader program;

    PlugInLoader(String name, URL[] jars, ClassLoader program) {
        super(name, jars, ClassLoader.getPlatformClassLoader());
        this.program = program;
    }

    private static boolean mayBeShared(String name) {
        return name.startsWith("io.slim.") || name.startsWith("org.slf4j.");
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (mayBeShared(name)) {
            try {
                return program.loadClass(name);
            } catch (ClassNotFoundException e) {
                // The plug-in's own.
            }
        }
        return super.loadClass(name, resolve);
    }
}
