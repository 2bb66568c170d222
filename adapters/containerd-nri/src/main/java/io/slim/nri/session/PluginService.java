package io.slim.nri.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.slim.nri.protocol.Nri.ConfigureRequest;
import io.slim.nri.protocol.Nri.ConfigureResponse;
import io.slim.nri.protocol.Nri.ContainerEvent;
import io.slim.nri.protocol.Nri.CreateContainerRequest;
import io.slim.nri.protocol.Nri.CreateContainerResponse;
import io.slim.nri.protocol.Nri.Empty;
import io.slim.nri.protocol.Nri.Event;
import io.slim.nri.protocol.Nri.PodEvent;
import io.slim.nri.protocol.Nri.StateChangeEvent;
import io.slim.nri.protocol.Nri.SynchronizeRequest;
import io.slim.nri.protocol.Nri.SynchronizeResponse;
import io.slim.nri.ttrpc.StatusException;
import io.slim.nri.ttrpc.TtrpcServer.Method;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service nri.pkg.api.v1alpha1.Plugin over a {@link NriPlugin}. Not thread-safe.
 *
 * <p>An error that is answered fails what the runtime is doing, so none is, unless the plug-in refuses: what goes wrong here
 * is logged and answered as if nothing was to be done.
 *
 * <p>From NRI 0.12 on events have methods of their own; before, and for runtimes that were told once that a method is not there,
 * they are in StateChange.
 */
final class PluginService {

    static final String NAME = "nri.pkg.api.v1alpha1.Plugin";

    private static final Logger LOG = LoggerFactory.getLogger(PluginService.class);
    /** What runtimes wait that do not say. */
    private static final Duration USUAL_PATIENCE = Duration.ofSeconds(2);
    /** The runtime drops whoever sends more. */
    private static final int LONGEST_ANSWER = 4 * 1024 * 1024 - 1024;
    /** No more and no less than what is served: a bit that a runtime does not know ends the connection. */
    private static final int EVENTS = mask(
            Event.RUN_POD_SANDBOX,
            Event.STOP_POD_SANDBOX,
            Event.REMOVE_POD_SANDBOX,
            Event.CREATE_CONTAINER,
            Event.START_CONTAINER,
            Event.STOP_CONTAINER,
            Event.REMOVE_CONTAINER);

    private final NriPlugin plugin;
    private Census census = new Census();

    private interface Work {
        MessageLite run() throws StatusException, InvalidProtocolBufferException;
    }

    PluginService(NriPlugin plugin) {
        this.plugin = plugin;
    }

    private static int mask(Event... events) {
        int mask = 0;
        for (Event event : events) {
            mask |= 1 << (event.getNumber() - 1);
        }
        return mask;
    }

    Map<String, Method> methods() {
        return Map.of(
                "Configure", this::configure,
                "Synchronize", this::synchronize,
                "CreateContainer", this::createContainer,
                "StateChange", this::stateChange,
                "RunPodSandbox", payload -> pod(Event.RUN_POD_SANDBOX, payload),
                "StopPodSandbox", payload -> pod(Event.STOP_POD_SANDBOX, payload),
                "RemovePodSandbox", payload -> pod(Event.REMOVE_POD_SANDBOX, payload),
                "StartContainer", payload -> container(Event.START_CONTAINER, payload),
                "StopContainer", payload -> container(Event.STOP_CONTAINER, payload),
                "RemoveContainer", payload -> container(Event.REMOVE_CONTAINER, payload));
    }

    private ByteString configure(ByteString payload) throws InvalidProtocolBufferException {
        ConfigureRequest request = ConfigureRequest.parseFrom(payload);
        Duration patience =
                request.getRequestTimeout() > 0 ? Duration.ofMillis(request.getRequestTimeout()) : USUAL_PATIENCE;
        plugin.configured((request.getRuntimeName() + " " + request.getRuntimeVersion()).strip(), patience);
        census = new Census();
        return ConfigureResponse.newBuilder().setEvents(EVENTS).build().toByteString();
    }

    private ByteString synchronize(ByteString payload) throws StatusException {
        return guarded("Synchronize", SynchronizeResponse.getDefaultInstance(), () -> {
            SynchronizeRequest part = SynchronizeRequest.parseFrom(payload);
            census.add(part);
            if (!part.getMore()) {
                Census all = census;
                census = new Census();
                plugin.synchronize(all.pods(), all.containers(), all.isComplete());
            }
            return SynchronizeResponse.newBuilder().setMore(part.getMore()).build();
        });
    }

    private ByteString createContainer(ByteString payload) throws StatusException {
        return guarded("CreateContainer", CreateContainerResponse.getDefaultInstance(), () -> {
            CreateContainerRequest request = CreateContainerRequest.parseFrom(payload);
            return CreateContainerResponse.newBuilder()
                    .setAdjust(plugin.containerCreated(request.getPod(), request.getContainer()))
                    .build();
        });
    }

    private ByteString pod(Event event, ByteString payload) throws StatusException {
        return happened(event.name(), () -> StateChangeEvent.newBuilder()
                .setEvent(event)
                .setPod(PodEvent.parseFrom(payload).getPod())
                .build());
    }

    private ByteString container(Event event, ByteString payload) throws StatusException {
        return happened(event.name(), () -> {
            ContainerEvent what = ContainerEvent.parseFrom(payload);
            return StateChangeEvent.newBuilder()
                    .setEvent(event)
                    .setPod(what.getPod())
                    .setContainer(what.getContainer())
                    .build();
        });
    }

    private ByteString stateChange(ByteString payload) throws StatusException {
        return happened("StateChange", () -> StateChangeEvent.parseFrom(payload));
    }

    private interface Told {
        StateChangeEvent read() throws InvalidProtocolBufferException;
    }

    private ByteString happened(String what, Told told) throws StatusException {
        return guarded(what, Empty.getDefaultInstance(), () -> {
            tell(told.read());
            return Empty.getDefaultInstance();
        });
    }

    private void tell(StateChangeEvent event) {
        switch (event.getEvent()) {
            case RUN_POD_SANDBOX -> plugin.podStarted(event.getPod());
            case STOP_POD_SANDBOX, REMOVE_POD_SANDBOX -> plugin.podStopped(event.getPod());
            case START_CONTAINER -> plugin.containerStarted(event.getPod(), event.getContainer());
            case STOP_CONTAINER, REMOVE_CONTAINER -> plugin.containerStopped(event.getPod(), event.getContainer());
            default -> LOG.debug("event {} was not asked for", event.getEventValue());
        }
    }

    private static ByteString guarded(String what, MessageLite otherwise, Work work) throws StatusException {
        try {
            ByteString answer = work.run().toByteString();
            if (answer.size() <= LONGEST_ANSWER) {
                return answer;
            }
            LOG.error(
                    "{}: the answer has {} bytes (expected: at most {}), nothing is done",
                    what,
                    answer.size(),
                    LONGEST_ANSWER);
        } catch (InvalidProtocolBufferException e) {
            LOG.warn("{} cannot be read, nothing is done: {}", what, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("{} failed, nothing is done", what, e);
        }
        return otherwise.toByteString();
    }
}
