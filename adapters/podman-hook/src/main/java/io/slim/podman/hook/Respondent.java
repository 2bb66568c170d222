package io.slim.podman.hook;

import io.slim.api.RouterConfig;
import io.slim.api.RouterMode;
import io.slim.oci.Addition;
import io.slim.oci.ContainerConfig;
import io.slim.oci.ContainerState;
import io.slim.oci.MalformedConfigException;
import io.slim.oci.Obstacles;
import io.slim.oci.SlimOptions;
import io.slim.oci.SystemPreloads;
import io.slim.oci.hosting.Hosting;
import io.slim.oci.hosting.Launch;
import io.slim.oci.hosting.MeetingPlaces;
import io.slim.oci.hosting.NotServedException;
import io.slim.oci.hosting.Terms;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides what a container gets. Thread-safe. */
final class Respondent implements Function<Question, Answer> {

    private static final Logger LOG = LoggerFactory.getLogger(Respondent.class);

    /** See capabilities(7). */
    private static final Set<String> DANGEROUS = Set.of("CAP_NET_ADMIN", "CAP_SYS_ADMIN");

    private final Hosting hosting;
    private final Path shim;
    private final Optional<String> prefixes;
    private final RouterConfig router;

    /**
     * For the containers of one router.
     *
     * @param prefixes that are overlay for containers that do not say
     * @param router its configuration
     */
    Respondent(Hosting hosting, Path shim, Optional<String> prefixes, RouterConfig router) {
        this.hosting = hosting;
        this.shim = shim;
        this.prefixes = prefixes;
        this.router = router;
    }

    @Override
    public Answer apply(Question question) {
        try {
            return switch (question.type()) {
                case EDIT -> edit(question);
                case CREATED -> {
                    ContainerState state = ContainerState.parse(question.document());
                    hosting.created(state.id(), state.pid());
                    yield Answer.unchanged("");
                }
                case ENDED -> {
                    String id = question.id();
                    hosting.ended(
                            id.isEmpty()
                                    ? ContainerState.parse(question.document()).id()
                                    : id);
                    yield Answer.unchanged("");
                }
            };
        } catch (MalformedConfigException e) {
            // What of it is required is looked for by the front.
            return Answer.unchanged(e.getMessage());
        }
    }

    private Answer edit(Question question) throws MalformedConfigException {
        ContainerConfig config = ContainerConfig.parse(question.document());
        SlimOptions options = SlimOptions.of(config.annotations());
        boolean unclear = options.enable().isEmpty() && !options.problems().isEmpty();
        if (!options.enable().orElse(question.isByRuntime() || unclear)) {
            return Answer.unchanged("");
        }
        try {
            Optional<String> withheld = withheld(config, options);
            byte[] edited = config.with(addition(question, config, options));
            return withheld.isPresent() && question.takesNotes()
                    ? Answer.edited(edited, "the container stays on the overlay: " + withheld.get())
                    : Answer.edited(edited);
        } catch (NotServedException e) {
            LOG.info("container {} runs without Slim: {}", id(question, config).orElse("?"), e.getMessage());
            return options.require()
                    ? Answer.refused("it has io.slim.require=true, and cannot have Slim: " + e.getMessage())
                    : Answer.unchanged(e.getMessage());
        }
    }

    private static Optional<String> id(Question question, ContainerConfig config) {
        return question.id().isEmpty() ? ContainerIds.of(config) : Optional.of(question.id());
    }

    private Addition addition(Question question, ContainerConfig config, SlimOptions options)
            throws NotServedException {
        Terms terms = Terms.of(options, config, prefixes, router.mode());
        Optional<String> obstacle = Obstacles.find(config);
        if (obstacle.isPresent()) {
            throw new NotServedException(obstacle.get());
        }
        Optional<String> withheld = withheld(config, options);
        if (options.require() && withheld.isPresent()) {
            throw new NotServedException(withheld.get());
        }
        String id = id(question, config)
                .orElseThrow(() -> new NotServedException("its id cannot be told from its configuration"));
        Hosting.Admitted admitted = hosting.admit(new Launch(
                id,
                config.networkNamespace(),
                terms.prefixes(),
                SystemPreloads.with(config),
                options.labels(),
                terms.rate(),
                Set.of(),
                config.capabilities(),
                MeetingPlaces.of(config),
                false,
                question.parent()));
        return new Addition(
                shim,
                admitted.socketDirectory(),
                admitted.preloads(),
                Map.of(Addition.PREFIX, terms.prefixes()),
                List.of(
                        question.program(),
                        "created",
                        "--state-dir",
                        router.stateDirectory().toString()));
    }

    /**
     * Why the router will give it no host sockets. It is registered all the same: the router has to know with whom it shares what.
     */
    private Optional<String> withheld(ContainerConfig config, SlimOptions options) {
        Set<String> held = new TreeSet<>(config.capabilities());
        held.retainAll(DANGEROUS);
        boolean accepted = router.acceptCapable().contains(options.labels().getOrDefault("name", ""));
        return held.isEmpty() || accepted || router.mode() != RouterMode.SECURE
                ? Optional.empty()
                : Optional.of(
                        "it holds or can gain " + String.join(" and ", held)
                                + ", and could change the host's network with a host socket (to accept that: setting accept-capable)");
    }
}
