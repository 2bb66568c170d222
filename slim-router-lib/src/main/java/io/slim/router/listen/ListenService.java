package io.slim.router.listen;

import io.netty.channel.Channel;
import io.netty.channel.unix.FileDescriptor;
import io.slim.api.Endpoint;
import io.slim.api.RouterConfig;
import io.slim.api.event.Reason;
import io.slim.api.status.ListenerStatus;
import io.slim.router.capability.Withholding;
import io.slim.router.confine.ConfinedContainer;
import io.slim.router.confine.HostSocket;
import io.slim.router.confine.SocketCallback;
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
import io.slim.router.protocol.ShimAnswer.ListenAnswer;
import io.slim.router.protocol.ShimRequest.KeptShadow;
import io.slim.router.protocol.ShimRequest.Listen;
import io.slim.router.secure.SecureMode;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.SeqPacketPair;
import io.slim.router.sys.SystemCallException;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
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

    private static final int REMEMBER_REFUSAL_MILLIS = 1000;

    private final RouterConfig config;
    private final RouterLoop loop;
    private final Containers containers;
    private final Counters counters;
    private final Offers offers;
    private final Arming arming;
    private final Admission admission;
    private final RareLog rareLog = new RareLog(LOG);
    private final ListenerTable table = new ListenerTable();
    private final Shadows shadows;
    private final Map<Long, Listener> listeners = new LinkedHashMap<>();
    private final ListenerJournal journal;
    private final SecureMode secure;
    private final Withholding withholding;
    private final Set<Integer> confinedBefore = new HashSet<>();
    private final List<Runnable> firstShadowListeners = new ArrayList<>();
    private long lastId;

    @Inject
    ListenService(
            RouterConfig config,
            RouterLoop loop,
            Containers containers,
            SecureMode secure,
            Withholding withholding,
            ListenerJournal journal,
            Counters counters,
            Events events) {
        this.config = config;
        this.loop = loop;
        this.containers = containers;
        this.journal = journal;
        this.secure = secure;
        this.withholding = withholding;
        this.counters = counters;
        this.offers = new Offers(config, containers, events);
        this.arming = new Arming(loop, journal, offers);
        this.admission = new Admission(config, secure, containers);
        this.shadows = new Shadows(config, secure);
    }

    /** Starts to listen to what ends listeners. */
    public void start() {
        containers.onDeparture(this::endAllOf);
        withholding.onChange(container -> List.copyOf(table.of(container)).forEach(offers::withheld));
        if (config.queueMigration()) {
            QueueMigration.enable();
        }
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

    /**
     * Makes a shadow, or says why there is none.
     *
     * @param callback gets the answer once, possibly before this method returns. It owns the answer's descriptors
     */
    public void listen(Container container, Listen request, Consumer<ListenAnswer> callback) {
        Consumer<ListenAnswer> answer = decided -> {
            counters.listen(decided.reason());
            LOG.debug("{}: listen on {}: {}", container, request.endpoint(), decided.reason());
            callback.accept(decided);
        };
        Reason refusal = admission.refusal(container, request);
        if (refusal != null) {
            answer.accept(none(refusal));
        } else if (request.kept() != null) {
            answer.accept(resume(container, request, request.kept()));
        } else {
            serve(container, request, answer);
        }
    }

    private void serve(Container container, Listen request, Consumer<ListenAnswer> answer) {
        ListenerGroup group = table.at(container, request.endpoint());
        if (group != null && group.canTake(request.family(), request.reusePort())) {
            join(group, request, answer);
            return;
        }
        if (group != null) {
            supersede(group);
        }
        int shadowId = secure.isOn() ? secure.confinement().newId() : 0;
        shadows.make(
                container,
                request,
                shadowId,
                socket -> first(container, request, shadowId, socket, answer),
                reason -> answer.accept(none(reason)));
    }

    /**
     * While a vault made it, the container may have left or have been found to get no host sockets, or another process may have begun to listen
     * there.
     */
    private void first(
            Container container, Listen request, int shadowId, HostSocket shadow, Consumer<ListenAnswer> answer) {
        ListenerGroup group = table.at(container, request.endpoint());
        boolean joins = group != null && group.canTake(request.family(), request.reusePort());
        Reason refusal = refusal(container);
        if (refusal != null || joins) {
            Descriptors.close(shadow.descriptor());
            shadows.release(shadow.port());
            if (refusal != null) {
                answer.accept(none(refusal));
            } else {
                join(group, request, answer);
            }
            return;
        }
        if (group != null) {
            supersede(group);
        }
        answer.accept(add(newGroup(container, request, shadow.port(), shadowId), request, shadow));
    }

    private static @Nullable Reason refusal(Container container) {
        if (container.isGone()) {
            return Reason.NOT_IDENTIFIED;
        }
        return container.withheld() == null ? null : Reason.CAPABILITY;
    }

    private void join(ListenerGroup group, Listen request, Consumer<ListenAnswer> answer) {
        shadows.another(
                group,
                request,
                socket -> {
                    Reason refusal = refusal(group.container());
                    if (refusal == null && table.at(group.container(), group.endpoint()) == group) {
                        answer.accept(add(group, request, socket));
                    } else {
                        Descriptors.close(socket.descriptor());
                        answer.accept(none(refusal == null ? Reason.INTERNAL : refusal));
                    }
                },
                reason -> answer.accept(none(reason)));
    }

    /**
     * The shadow is there, but the router that made it has ended. Each process that holds it asks for itself, and becomes
     * a member of the group. Who asks for what another group has is refused, and may ask again when that has ended. In secure
     * mode the group must have been recovered: nobody else knows what grants call it.
     */
    private ListenAnswer resume(Container container, Listen request, KeptShadow kept) {
        ListenerGroup group = table.at(container, request.endpoint());
        boolean anothers = table.all().stream().anyMatch(other -> other != group && other.port() == kept.port());
        if (anothers
                || (group != null && group.port() != kept.port())
                || (group == null && (secure.isOn() || confinedBefore.contains(kept.port())))
                || !shadows.listens(kept)) {
            return none(Reason.UNSUPPORTED);
        }
        return member(group == null ? keptGroup(container, request, kept.port()) : group, request, kept.cookie());
    }

    private ListenerGroup keptGroup(Container container, Listen request, int port) {
        shadows.keep(port);
        return newGroup(container, request, port, 0);
    }

    private ListenAnswer member(ListenerGroup group, Listen request, long shadowCookie) {
        try {
            return add(group, request, shadowCookie, null);
        } catch (SystemCallException e) {
            rareLog.warn("listen", "{} is not taken up again: {}", group, e.getMessage());
            return none(Reason.INTERNAL);
        }
    }

    private ListenerGroup newGroup(Container container, Listen request, int port, int shadowId) {
        ListenerGroup group = new ListenerGroup(
                container, request.endpoint(), request.family(), request.v6Only(), request.reusePort(), port, shadowId);
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

    private ListenAnswer add(ListenerGroup group, Listen request, HostSocket shadow) {
        try {
            return add(group, request, shadow.cookie(), shadow.descriptor());
        } catch (SystemCallException e) {
            rareLog.warn("listen", "{}: no shadow for {}: {}", group.container(), request.endpoint(), e.getMessage());
            Descriptors.close(shadow.descriptor());
            dropIfEmpty(group);
            return none(Reason.INTERNAL);
        }
    }

    private ListenAnswer add(ListenerGroup group, Listen request, long shadowCookie, @Nullable FileDescriptor shadow)
            throws SystemCallException {
        Listener listener = new Listener(++lastId, request.cookie(), shadowCookie, group);
        enter(listener);
        try {
            FileDescriptor lease = openLease(listener, request);
            arming.graceFor(listener);
            journal.added(listener.record());
            Endpoint bound = new Endpoint(config.hostAddress(), group.port());
            return new ListenAnswer(Reason.NONE, 0, group.isConfined(), listener.id(), bound, shadow, lease);
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
                    container,
                    found.endpoint(),
                    found.family(),
                    found.v6Only(),
                    found.reusePort(),
                    found.port(),
                    found.shadowId());
            table.put(group);
            shadows.keep(found.port());
        }
        Listener listener = new Listener(found.id(), found.cookie(), found.shadowCookie(), group);
        lastId = Math.max(lastId, found.id());
        enter(listener);
        listener.setArmed(found.armed());
        offers.update(group);
    }

    /** The kernel lets nobody in there whom a router in secure mode has not let in, and this one is not. */
    void confinedBefore(int port) {
        confinedBefore.add(port);
    }

    /** A port that an earlier router has released. */
    void rests(int port, Duration since) {
        shadows.rests(port, since);
    }

    private FileDescriptor openLease(Listener listener, Listen request) throws SystemCallException {
        SeqPacketPair pair = SeqPacketPair.open();
        try {
            pair.send(LeaseFormat.write(listener.leaseState(request)));
        } catch (SystemCallException e) {
            pair.close();
            throw e;
        }
        Channel channel = LeaseHandler.channel(
                pair.own(), listener, signal -> arming.heard(listener, signal), () -> end(listener));
        listener.setLease(channel);
        loop.register(channel);
        return pair.other();
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

    /**
     * Where clients of this destination can be sent; null if there is nothing that can be offered. Whoever has been told of a server that is ready comes
     * after the server's own word, but by another connection, which the event loop may come to first: that word is listened for here.
     */
    public @Nullable Offer offer(Container container, Endpoint destination) {
        ListenerGroup group = table.serving(container, destination);
        if (group != null && !group.isOffered()) {
            for (Listener member : List.copyOf(group.members())) {
                if (!group.isOffered()) {
                    member.hearNow();
                }
            }
        }
        return group != null && group.isOffered() ? new Offer(group.port(), group.shadowId()) : null;
    }

    /** The container whose shadows grants call so; null if there is none. */
    public @Nullable Container containerOf(int shadowId) {
        return table.all().stream()
                .filter(group -> group.shadowId() == shadowId)
                .map(ListenerGroup::container)
                .findAny()
                .orElse(null);
    }

    /** Whether clients can be sent to the shadows that grants call so. */
    public boolean isOffered(int shadowId) {
        return table.all().stream().anyMatch(group -> group.shadowId() == shadowId && group.isOffered());
    }

    /**
     * Makes a shadow of the router's own, which no container listens on.
     *
     * @param shadowId what grants call it
     */
    public void makeOwn(ConfinedContainer own, int shadowId, int family, SocketCallback callback) {
        shadows.makeOwn(own, shadowId, family, callback);
    }

    /** Asks to be told, after clients were, when shadows can no longer be offered: what grants call them. */
    public void onWithdrawal(IntConsumer listener) {
        offers.onWithdrawal(listener);
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
