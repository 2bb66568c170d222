package io.slim.router.container;

import io.slim.api.RouterConfig;
import io.slim.router.observe.RareLog;
import io.slim.router.resolver.Resolving;
import io.slim.router.secure.SecureMode;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which container has which overlay address. Only the event loop touches it.
 *
 * <p>A container's overlay addresses are those that were registered for it, or else those of its network namespace, as far
 * as the resolver maps them to this host; in secure mode nothing that a namespace says of itself is believed. They are read again when they are used and older than a second. An address has
 * one owner: a container that was registered with it comes before one that just has it; else the first keeps it for as
 * long as it has it.
 */
final class AddressBook {

    private static final Logger LOG = LoggerFactory.getLogger(AddressBook.class);
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** An address that is missing may just have been added; but not each wrong question may cost a reading. */
    private static final long MISSING_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    /** How many containers are read again for one address that nobody seems to have. */
    private static final int MOST_READINGS_PER_MISS = 8;

    private final RouterConfig config;
    private final Resolving resolver;
    private final SecureMode secure;
    private final RareLog rareLog = new RareLog(LOG);
    private final Map<InetAddress, Container> owners = new HashMap<>();

    AddressBook(RouterConfig config, Resolving resolver, SecureMode secure) {
        this.secure = secure;
        this.config = config;
        this.resolver = resolver;
    }

    /** The container's overlay addresses, at most a second old; the last ones if it is gone. */
    Addresses of(Container container) {
        if (!container.isGone() && container.isOlderThan(FRESH_NANOS, System.nanoTime())) {
            read(container);
        }
        return container.addresses();
    }

    /** Whether the container has the address; one that was just added is found too. */
    boolean owns(Container container, InetAddress address) {
        if (!of(container).contains(address) && container.isOlderThan(MISSING_NANOS, System.nanoTime())) {
            read(container);
        }
        return owners.get(address) == container;
    }

    /**
     * The container that has the address; null if none has.
     *
     * @param all the containers, for the case that one of them has just got it
     */
    @Nullable
    Container owner(InetAddress address, Collection<Container> all) {
        Container owner = owners.get(address);
        if (owner != null && owns(owner, address)) {
            return owner;
        }
        readSomeAgain(all);
        return owners.get(address);
    }

    private void readSomeAgain(Collection<Container> all) {
        long now = System.nanoTime();
        int readings = 0;
        for (Container container : all) {
            if (readings < MOST_READINGS_PER_MISS
                    && container.listeners() > 0
                    && container.isOlderThan(FRESH_NANOS, now)) {
                read(container);
                readings++;
            }
        }
    }

    /** The registered container that was given this address; null if there is none. */
    @Nullable
    Container registeredOwner(InetAddress address) {
        Container owner = owners.get(address);
        return owner != null && owner.hasGivenAddresses() ? owner : null;
    }

    private void read(Container container) {
        List<InetAddress> owned = new ArrayList<>();
        try {
            boolean believed = !secure.isOn() || container.hasGivenAddresses();
            for (InetAddress address : believed ? container.readAddresses() : Set.<InetAddress>of()) {
                if (resolver.resolve(address).isOn(config.hostAddress()) && take(container, address)) {
                    owned.add(address);
                }
            }
        } catch (IOException e) {
            rareLog.warn("read " + container, "{}: its addresses cannot be read, it has none: {}", container, e);
        }
        Set<InetAddress> before = container.addresses().set();
        Addresses now = new Addresses(owned);
        before.stream().filter(address -> !now.contains(address)).forEach(address -> owners.remove(address, container));
        container.addresses(now, System.nanoTime());
    }

    private boolean take(Container container, InetAddress address) {
        Container owner = owners.putIfAbsent(address, container);
        if (owner == null || owner == container) {
            return true;
        }
        boolean comesFirst = container.hasGivenAddresses() && !owner.hasGivenAddresses();
        if (comesFirst) {
            owners.put(address, container);
            owner.expire();
        }
        rareLog.warn(
                "conflict " + container,
                "{} has address {}, which {} has too: it is {}'s",
                container,
                address.getHostAddress(),
                owner,
                comesFirst ? container : owner);
        return comesFirst;
    }

    /** The container has no address any more. */
    void forget(Container container) {
        owners.values().removeIf(owner -> owner == container);
        container.addresses(Addresses.NONE, System.nanoTime());
        container.expire();
    }
}
