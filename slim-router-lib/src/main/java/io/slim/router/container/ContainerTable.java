package io.slim.router.container;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds containers by name and by network namespace. Only the event loop touches it. */
final class ContainerTable {

    private final Map<String, Container> byName = new LinkedHashMap<>();
    private final Map<Long, Container> byNamespace = new HashMap<>();
    private final Map<Long, Container> byCookie = new HashMap<>();

    /** Adds it, with what is known of its namespace; or notes that more is known. */
    void put(Container container) {
        byName.put(container.name(), container);
        if (container.namespace() != 0) {
            byNamespace.put(container.namespace(), container);
        }
        if (container.cookie() != 0) {
            byCookie.put(container.cookie(), container);
        }
    }

    /** Its namespace says nothing of it any more. */
    void forgetNamespace(Container container) {
        byNamespace.remove(container.namespace(), container);
        byCookie.remove(container.cookie(), container);
    }

    void remove(Container container) {
        byName.remove(container.name(), container);
        forgetNamespace(container);
    }

    @Nullable
    Container named(String name) {
        return byName.get(name);
    }

    @Nullable
    Container inNamespace(long number) {
        return byNamespace.get(number);
    }

    /** Null for cookie 0 too. */
    @Nullable
    Container withCookie(long cookie) {
        return byCookie.get(cookie);
    }

    /** All, in the order in which they came. */
    Collection<Container> all() {
        return Collections.unmodifiableCollection(byName.values());
    }

    int size() {
        return byName.size();
    }
}
