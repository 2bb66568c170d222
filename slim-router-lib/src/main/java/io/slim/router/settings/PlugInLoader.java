package io.slim.router.settings;

import java.net.URL;
import java.net.URLClassLoader;

/**
 * Loads a plug-in with the libraries it was built with, whatever versions of them the program has. Only what both must share
 * is the program's: its API, and the log's.
 */
final class PlugInLoader extends URLClassLoader {

    static {
        registerAsParallelCapable();
    }

    PlugInLoader(String name, URL[] jars, ClassLoader program) {
        super(name, jars, program);
    }

    private static boolean isShared(String name) {
        return name.startsWith("java.") || name.startsWith("io.slim.") || name.startsWith("org.slf4j.");
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (isShared(name)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> found = findLoadedClass(name);
            if (found == null) {
                try {
                    found = findClass(name);
                } catch (ClassNotFoundException e) {
                    return super.loadClass(name, resolve);
                }
            }
            return found;
        }
    }
}
