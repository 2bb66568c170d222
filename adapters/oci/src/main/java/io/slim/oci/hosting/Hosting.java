package io.slim.oci.hosting;

import io.slim.api.RouterMode;
import io.slim.api.SlimRouter;
import io.slim.api.container.ContainerException;
import io.slim.api.container.ContainerSpec;
import io.slim.api.container.ContainerSpecBuilder;
import io.slim.command.Prefixes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the router's registrations equal to the containers that run. Thread-safe.
 *
 * <p>A container comes by {@link #admit}, is known by its first process from {@link #created} on, and goes by {@link
 * #ended}. None of these calls is certain to come: runtimes crash, and so does this process. So each container stands in a
 * file, and once a second those go whose first process is gone, or whose creator ended before there was one. The first
 * process is told from another one with its number by the time at which it started.
 *
 * <p>Containers that share a network namespace (a pod) are one for the router: they have one seat.
 */
public final class Hosting implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Hosting.class);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.+-]{0,199}");
    private static final Pattern LONG_ID = Pattern.compile("[0-9a-f]{64}");
    /** What runtimes show to people. */
    private static final int SHORT_ID = 12;

    private static final int LONGEST_NAME = 48;
    private static final int MOST_SHARES = 256;
    private static final long PERIOD_MILLIS = 1000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final SlimRouter router;
    private final ContainerRates rates;
    private final MemberFiles files;
    private final SocketDirectories directories;
    private final Map<String, Member> members = new HashMap<>();
    private final Map<String, Seat> seats = new HashMap<>();
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "slim-hosting");
        thread.setDaemon(true);
        return thread;
    });

    private Hosting(SlimRouter router, ContainerRates rates, MemberFiles files) {
        this.router = router;
        this.rates = rates;
        this.files = files;
        this.directories = new SocketDirectories(router.config().containersDirectory());
    }

    /**
     * Takes up the containers that an earlier process has left running, and watches them from now on.
     *
     * @param router that runs
     * @param rates the router's policy
     */
    public static Hosting open(SlimRouter router, ContainerRates rates) throws IOException {
        Path directory = router.config().stateDirectory().resolve("hosted");
        Hosting hosting = new Hosting(router, rates, new MemberFiles(directory));
        hosting.takeUp();
        var unused = hosting.sweeper.scheduleWithFixedDelay(
                hosting::sweepQuietly, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        return hosting;
    }

    private synchronized void takeUp() throws IOException {
        for (Member member : files.read()) {
            if (!member.isThere(PATIENCE_NANOS)) {
                files.remove(member.id);
                continue;
            }
            Seat seat = seats.computeIfAbsent(member.seat, Seat::new);
            seat.members.put(member.id, member);
            members.put(member.id, member);
            if (seat.registration == null && member.namespace().isPresent()) {
                try {
                    register(seat, member);
                } catch (NotServedException e) {
                    LOG.warn("container {} stays on the overlay: {}", member.id, e.getMessage());
                }
            }
        }
        directories.keepOnly(seats.keySet());
        if (!members.isEmpty()) {
            LOG.info("{} containers are running already", members.size());
        }
    }

    /**
     * What a container gets.
     *
     * @param socketDirectory on the host
     * @param preloads file with its ld.so.preload; empty if it gets none
     */
    public record Admitted(Path socketDirectory, Optional<Path> preloads) {}

    /**
     * A container is about to be created.
     *
     * @return what is to be mounted into it
     * @throws NotServedException if it cannot have Slim; nothing of it is left then
     */
    public synchronized Admitted admit(Launch launch) throws NotServedException {
        if (!ID.matcher(launch.id()).matches()) {
            throw new NotServedException("its id is " + launch.id() + " (expected: letters, digits and _ . + -)");
        }
        Member before = members.get(launch.id());
        if (before != null) {
            remove(before);
        }
        sweep();
        int most = router.config().limits().containers();
        if (members.size() >= most) {
            throw new NotServedException("the router has " + most + " containers already (setting containers)");
        }
        Seat seat = seatFor(launch);
        Member member = new Member(
                launch.id(),
                seat.name,
                launch.networkNamespace().orElse(null),
                launch.prefixes(),
                launch.labels(),
                launch.rate(),
                launch.capabilities(),
                launch.shares());
        member.creator =
                launch.creator() == 0 ? null : Incarnation.of(launch.creator()).orElse(null);
        member.addresses = launch.addresses();
        member.anchor = launch.standing() && launch.networkNamespace().isPresent()
                ? Namespaces.number(launch.networkNamespace().get())
                : 0;
        seats.put(seat.name, seat);
        seat.members.put(member.id, member);
        members.put(member.id, member);
        try {
            files.write(member);
            if (seat.isToBeToldAnew(member)) {
                unregister(seat);
            }
            if (seat.registration == null && member.namespace().isPresent()) {
                register(seat, member);
            }
            Path directory = directories.reserve(seat.name);
            return new Admitted(directory, directories.furnish(seat.name, launch.prefixes(), launch.preloads()));
        } catch (IOException e) {
            remove(member);
            throw new NotServedException("its files cannot be made: " + e, e);
        } catch (NotServedException e) {
            remove(member);
            throw e;
        }
    }

    private Seat seatFor(Launch launch) throws NotServedException {
        if (launch.networkNamespace().isPresent()) {
            long number = Namespaces.number(launch.networkNamespace().get());
            Optional<Seat> taken = seats.values().stream()
                    .filter(seat -> seat.namespace == number)
                    .findFirst();
            if (taken.isPresent()) {
                return taken.get();
            }
        }
        String id = launch.id().replace('+', '_');
        String shown = id.substring(0, Math.min(id.length(), LONG_ID.matcher(id).matches() ? SHORT_ID : LONGEST_NAME));
        String name = shown;
        for (int n = 2; seats.containsKey(name); n++) {
            name = shown + "-" + n;
        }
        return new Seat(name);
    }

    private void register(Seat seat, Member member) throws NotServedException {
        Path namespace = member.namespace().orElseThrow();
        try {
            long number = Namespaces.number(namespace);
            seat.addresses = seat.vouchedFor();
            if (seat.addresses.isEmpty()) {
                seat.addresses = OverlayAddresses.inside(namespace, Prefixes.parse(member.prefixes));
            }
            if (seat.addresses.isEmpty() && router.config().mode() == RouterMode.SECURE) {
                throw new NotServedException("it has no address in " + member.prefixes + " that could be vouched for");
            }
            seat.registration = router.register(spec(seat, member, namespace));
            seat.namespace = number;
            if (member.rate != 0) {
                rates.limit(seat.addresses, member.rate);
            }
        } catch (IOException e) {
            throw new NotServedException("the addresses in " + namespace + " cannot be read: " + e.getMessage(), e);
        } catch (ContainerException | IllegalStateException e) {
            throw new NotServedException("the router does not take it: " + e.getMessage(), e);
        }
    }

    private void unregister(Seat seat) {
        if (seat.registration != null) {
            seat.registration.close();
            seat.registration = null;
        }
    }

    /** Of containers that share a network namespace, what any of them can misuse counts. */
    private static ContainerSpec spec(Seat seat, Member member, Path namespace) {
        ContainerSpecBuilder spec = ContainerSpec.builder(seat.name).networkNamespace(namespace);
        seat.addresses.forEach(spec::address);
        spec.label("io.slim.container", member.id);
        member.labels.forEach(spec::label);
        for (Member each : seat.members.values()) {
            each.capabilities.forEach(spec::capability);
            each.shares.stream()
                    .sorted()
                    .limit(MOST_SHARES / seat.members.size())
                    .forEach(spec::shares);
        }
        return spec.build();
    }

    /** The container's first process is there, and runs nothing of the container's yet. Unknown containers are nobody's. */
    public synchronized void created(String id, int pid) {
        Member member = members.get(id);
        if (member == null) {
            LOG.debug("container {} is not known", id);
            return;
        }
        member.process = Incarnation.of(pid).orElse(null);
        if (member.process == null) {
            remove(member);
            return;
        }
        Seat seat = seats.get(member.seat);
        try {
            files.write(member);
            if (seat != null && seat.registration == null) {
                register(seat, member);
            }
        } catch (IOException | NotServedException e) {
            LOG.warn("container {} stays on the overlay: {}", id, e.getMessage());
        }
    }

    /** The container has ended. Unknown ones are nobody's. */
    public synchronized void ended(String id) {
        Member member = members.get(id);
        if (member != null) {
            remove(member);
        }
    }

    /** A pod has ended, by whichever of its containers it is named: so have all that share its network namespace. */
    public synchronized void endedWithAll(String id) {
        Member member = members.get(id);
        Seat seat = member == null ? null : seats.get(member.seat);
        if (seat != null) {
            List.copyOf(seat.members.values()).forEach(this::remove);
        }
    }

    /** Whether a container has been admitted, and has not ended. */
    public synchronized boolean has(String id) {
        return members.containsKey(id);
    }

    /** The runtime has told all that there are; others have ended. */
    public synchronized void keepOnly(Set<String> ids) {
        members.values().stream()
                .filter(member -> !ids.contains(member.id))
                .toList()
                .forEach(this::remove);
    }

    private void remove(Member member) {
        members.remove(member.id);
        files.remove(member.id);
        Seat seat = seats.get(member.seat);
        if (seat == null) {
            return;
        }
        seat.members.remove(member.id);
        if (seat.members.isEmpty()) {
            seats.remove(seat.name);
            rates.forget(seat.addresses);
            directories.empty(seat.name);
            unregister(seat);
            directories.remove(seat.name);
        }
    }

    private synchronized void sweep() {
        List<Member> gone = members.values().stream()
                .filter(member -> !member.isThere(PATIENCE_NANOS))
                .toList();
        for (Member member : gone) {
            LOG.info("container {} is gone", member.id);
            remove(member);
        }
    }

    /** A task that throws would not be called again. */
    private void sweepQuietly() {
        try {
            sweep();
        } catch (RuntimeException e) {
            LOG.warn("containers cannot be looked through", e);
        }
    }

    /** Stops watching. Containers and their files stay, for the next process. */
    @Override
    public void close() {
        sweeper.shutdown();
    }
}
