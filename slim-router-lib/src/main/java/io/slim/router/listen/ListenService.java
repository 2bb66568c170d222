package io.slim.router.listen;

import io.netty.channel.Channel;
import io.netty.channel.unix.FileDescriptor;
import io.slim.api.Endpoint;
import io.slim.api.RouterConfig;
import io.slim.api.event.Reason;
import io.slim.api.status.ListenerStatus;
import io.slim.router.container.Container;
import io.slim.router.container.Containers;
import io.slim.router.journal.ListenerJournal;
import io.slim.router.journal.ListenerRecord;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Counter;
import io.slim.router.observe.Counters;
import io.slim.router.observe.Events;
import io.slim.router.observe.RareLog;
import io.slim.router.protocol.LeaseFormat;
import io.slim.router.protocol.LeaseFormat.Signal;
import io.slim.router.protocol.ShimAnswer.ListenAnswer;
import io.slim.router.protocol.ShimRequest.KeptShadow;
import io.slim.router.protocol.ShimRequest.Listen;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.HostSockets.Bound;
import io.slim.router.sys.SeqPacketPair;
import io.slim.router.sys.SystemCallException;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes shadows and knows which can be offered to clients. Only the event loop touches it.
 *
 * <p>A listener exists from the answer to LISTEN until the lease's end of file, which the kernel sends when its last holder
 * is gone, however that happened. The shadow itself is the container's alone: the router keeps no copy.
 */
public final class ListenService {

    private static final Logger LOG = LoggerFactory.getLogger(ListenService.class);

    /** A listener that is armed again within this time was never disarmed. */
    private static final long DISARM_MILLIS = 200;

    private static final int REMEMBER_REFUSAL_MILLIS = 1000;

    private final RouterConfig config;
    private final RouterLoop loop;
    private final Containers containers;
    private final Counters counters;
    private final Offers offers;
    private final Admission admission;
    private final RareLog rareLog = new RareLog(LOG);
    private final ListenerTable table = new ListenerTable();
    private final Shadows shadows;
    private final Map<Long, Listener> listeners = new LinkedHashMap<>();
    private final ListenerJournal journal;
    private final List<Runnable> firstShadowListeners = new ArrayList<>();
    private long lastId;

    @Inject
    ListenService(
            RouterConfig config,
            RouterLoop loop,
            Containers containers,
            ListenerJournal journal,
            Counters counters,
            Events events) {
        this.config = config;
        this.loop = loop;
        this.containers = containers;
        this.journal = journal;
        this.counters = counters;
        this.offers = new Offers(config, containers, events);
        this.admission = new Admission(config, containers);
        this.shadows = new Shadows(config);
    }

    /** Starts to listen to what ends listeners. */
    public void start() {
        containers.onDeparture(this::endAllOf);
    }

    private void endAllOf(Container container) {
        List.copyOf(listeners.values()).stream()
                .filter(listener -> listener.group().container() == container)
                .forEach(this::end);
    }

    /** Asks to be told about listeners that can, or can no longer, be reached. */
    public void observe(ListenerObserver observer) {
        offers.observe(observer);
    }

    /** Makes a shadow, or says why there is none. */
    public ListenAnswer listen(Container container, Listen request) {
        Reason refusal = admission.refusal(container, request);
        ListenAnswer answer = refusal == null ? serve(container, request) : none(refusal);
        counters.listen(answer.reason());
        LOG.debug("{}: listen on {}: {}", container, request.endpoint(), answer.reason());
        return answer;
    }

    private ListenAnswer serve(Container container, Listen request) {
        if (request.kept() != null) {
            return resume(container, request, request.kept());
        }
        ListenerGroup group = table.at(container, request.endpoint());
        if (group != null && !group.canTake(request.family(), request.reusePort())) {
            supersede(group);
            group = null;
        }
        try {
            return group == null ? first(container, request) : join(group, request);
        } catch (SystemCallException e) {
            rareLog.warn("listen", "{}: no shadow for {}: {}", container, request.endpoint(), e.getMessage());
            return none(Reason.INTERNAL);
        }
    }

    /**
     * The shadow is there, but the router that made it has ended. Each process that holds it asks for itself, and becomes
     * a member of the group. Who asks for what another group has is refused, and may ask again when that has ended.
     */
    private ListenAnswer resume(Container container, Listen request, KeptShadow kept) {
        ListenerGroup group = table.at(container, request.endpoint());
        boolean anothers = table.all().stream().anyMatch(other -> other != group && other.port() == kept.port());
        if (anothers || (group != null && group.port() != kept.port()) || !shadows.listens(kept)) {
            return none(Reason.UNSUPPORTED);
        }
        return member(group == null ? keptGroup(container, request, kept.port()) : group, request, kept.cookie());
    }

    private ListenerGroup keptGroup(Container container, Listen request, int port) {
        shadows.keep(port);
        return newGroup(container, request, port);
    }

    private ListenAnswer member(ListenerGroup group, Listen request, long shadowCookie) {
        try {
            return add(group, request, shadowCookie, null);
        } catch (SystemCallException e) {
            rareLog.warn("listen", "{} is not taken up again: {}", group, e.getMessage());
            return none(Reason.INTERNAL);
        }
    }

    private ListenerGroup newGroup(Container container, Listen request, int port) {
        ListenerGroup group = new ListenerGroup(
                container, request.endpoint(), request.family(), request.v6Only(), request.reusePort(), port);
        table.put(group);
        return group;
    }

    /** A socket that listened here before must be closed by now, its end of file is just still on its way. */
    private void supersede(ListenerGroup group) {
        LOG.debug("{} is superseded", group);
        for (Listener member : List.copyOf(group.members())) {
            end(member);
        }
    }

    private ListenAnswer first(Container container, Listen request) throws SystemCallException {
        Bound shadow = shadows.make(request);
        if (shadow == null) {
            rareLog.warn(
                    "ports",
                    "{}: listen on {} stays on the overlay: no port of {} is free",
                    container,
                    request.endpoint(),
                    config.listenPorts());
            return none(Reason.LIMIT);
        }
        return add(newGroup(container, request, shadow.port()), request, shadow);
    }

    private ListenAnswer join(ListenerGroup group, Listen request) throws SystemCallException {
        return add(group, request, shadows.another(request, group.port()));
    }

    private ListenAnswer add(ListenerGroup group, Listen request, Bound shadow) throws SystemCallException {
        try {
            return add(group, request, shadows.cookie(shadow), shadow.descriptor());
        } catch (SystemCallException e) {
            Descriptors.close(shadow.descriptor());
            dropIfEmpty(group);
            throw e;
        }
    }

    private ListenAnswer add(ListenerGroup group, Listen request, long shadowCookie, @Nullable FileDescriptor shadow)
            throws SystemCallException {
        Listener listener = new Listener(++lastId, request.cookie(), shadowCookie, group);
        enter(listener);
        try {
            FileDescriptor lease = openLease(listener, request);
            graceFor(listener);
            journal.added(listener.record());
            Endpoint bound = new Endpoint(config.hostAddress(), group.port());
            return new ListenAnswer(Reason.NONE, 0, false, listener.id(), bound, shadow, lease);
        } catch (SystemCallException e) {
            end(listener);
            throw e;
        }
    }

    private void enter(Listener listener) {
        listener.group().members().add(listener);
        listeners.put(listener.id(), listener);
        containers.listenerAdded(listener.group().container());
        if (listeners.size() == 1) {
            firstShadowListeners.forEach(Runnable::run);
        }
    }

    /**
     * Goes on with a listener that an earlier router has served. Nobody can hand its holders a lease: that it is waited for is
     * believed, and that it has ended is seen by the watchdog.
     */
    void adopt(Container container, ListenerRecord found) {
        ListenerGroup group = table.at(container, found.endpoint());
        if (group == null) {
            group = new ListenerGroup(
                    container, found.endpoint(), found.family(), found.v6Only(), found.reusePort(), found.port());
            table.put(group);
            shadows.keep(found.port());
        }
        Listener listener = new Listener(found.id(), found.cookie(), found.shadowCookie(), group);
        lastId = Math.max(lastId, found.id());
        enter(listener);
        listener.setArmed(found.armed());
        offers.update(group);
    }

    /** A port that an earlier router has released. */
    void rests(int port, Duration since) {
        shadows.rests(port, since);
    }

    /** A newcomer does not interrupt a group that is offered; it has some time to be waited for. */
    private void graceFor(Listener listener) {
        if (listener.group().isOffered()) {
            listener.setArmed(true);
            checkLater(listener);
        }
    }

    private FileDescriptor openLease(Listener listener, Listen request) throws SystemCallException {
        SeqPacketPair pair = SeqPacketPair.open();
        try {
            pair.send(LeaseFormat.write(listener.leaseState(request)));
        } catch (SystemCallException e) {
            pair.close();
            throw e;
        }
        Channel channel =
                LeaseHandler.channel(pair.own(), listener, signal -> signalled(listener, signal), () -> end(listener));
        listener.setLease(channel);
        loop.register(channel);
        return pair.other();
    }

    private void signalled(Listener listener, Signal signal) {
        listener.signal(signal);
        if (listener.isWaitedFor()) {
            if (!listener.isArmed()) {
                arm(listener, true);
            }
        } else {
            checkLater(listener);
        }
    }

    private void arm(Listener listener, boolean armed) {
        listener.setArmed(armed);
        journal.armed(listener.id(), armed);
        offers.update(listener.group());
    }

    private void checkLater(Listener listener) {
        loop.schedule(
                () -> {
                    if (listeners.containsKey(listener.id()) && listener.isArmed() && !listener.isWaitedFor()) {
                        arm(listener, false);
                    }
                },
                DISARM_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** The lease has ended, or must end. Does nothing the second time. */
    private void end(Listener listener) {
        ListenerGroup group = listener.group();
        if (!group.members().remove(listener)) {
            return;
        }
        listeners.remove(listener.id());
        journal.removed(listener.id());
        listener.closeLease();
        offers.update(group);
        dropIfEmpty(group);
        containers.listenerRemoved(group.container());
    }

    private void dropIfEmpty(ListenerGroup group) {
        if (group.members().isEmpty()) {
            table.remove(group);
            shadows.release(group.port());
            journal.released(group.port());
        }
    }

    /** What was learnt about the listeners that are offered may no longer hold: tells all observers again. */
    public void tellAgain() {
        table.all().stream().filter(ListenerGroup::isOffered).forEach(offers::tell);
    }

    /** Port of the shadow that serves this destination in the container; 0 if there is none that can be offered. */
    public int offeredPort(Container container, Endpoint destination) {
        ListenerGroup group = table.serving(container, destination);
        return group != null && group.isOffered() ? group.port() : 0;
    }

    /** The container's listeners as operators see them. */
    public List<ListenerStatus> status(Container container) {
        return table.of(container).stream().map(ListenerGroup::status).toList();
    }

    /** Asks to be told when there is a first shadow, again each time that there was none. */
    public void onFirstShadow(Runnable listener) {
        firstShadowListeners.add(listener);
    }

    /** Whether there is no shadow. */
    public boolean isEmpty() {
        return listeners.isEmpty();
    }

    /** All shadows at present. */
    public List<Shadow> shadows() {
        return listeners.values().stream().map(Listener::shadow).toList();
    }

    /**
     * The network namespace in which a listener's application runs, open for the caller.
     *
     * @throws IOException if the listener is gone, or its namespace not known
     */
    public FileDescriptor openNamespace(long listenerId) throws IOException {
        Listener listener = listeners.get(listenerId);
        if (listener == null) {
            throw new IOException("listener " + listenerId + " is gone");
        }
        return listener.group().container().openNamespace();
    }

    /** The application leaves the shadow's queue alone: this socket is not offered again. */
    public void stalled(long listenerId) {
        Listener listener = listeners.get(listenerId);
        if (listener == null || listener.isStalled()) {
            return;
        }
        listener.setStalled();
        counters.add(Counter.LISTENERS_STALLED);
        LOG.warn(
                "{} is stalled: connections waited longer than {} ms in its shadow's queue; it is not offered again",
                listener,
                config.times().shadowStall().toMillis());
        offers.update(listener.group());
    }

    /** The shadow of a listener without a lease does not listen any more. */
    public void vanished(long listenerId) {
        Listener listener = listeners.get(listenerId);
        if (listener != null && !listener.hasLease()) {
            end(listener);
        }
    }

    private static ListenAnswer none(Reason reason) {
        return ListenAnswer.none(reason, REMEMBER_REFUSAL_MILLIS);
    }

    /** Ends all leases; the shadows live on in their containers, and the next router finds them in the journal. */
    public void close() {
        journal.close();
        listeners.values().forEach(listener -> {
            listener.group().members().remove(listener);
            listener.closeLease();
        });
        listeners.clear();
    }
}
