package io.slim.it.nri;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slim.it.nri.CriWire.ContainerConfig;
import io.slim.it.nri.CriWire.ContainerId;
import io.slim.it.nri.CriWire.ContainerMetadata;
import io.slim.it.nri.CriWire.ContainerStatusResponse;
import io.slim.it.nri.CriWire.CreateContainerRequest;
import io.slim.it.nri.CriWire.Empty;
import io.slim.it.nri.CriWire.ExecSyncRequest;
import io.slim.it.nri.CriWire.ExecSyncResponse;
import io.slim.it.nri.CriWire.ImageSpec;
import io.slim.it.nri.CriWire.KeyValue;
import io.slim.it.nri.CriWire.LinuxPodSandboxConfig;
import io.slim.it.nri.CriWire.LinuxSandboxSecurityContext;
import io.slim.it.nri.CriWire.Mount;
import io.slim.it.nri.CriWire.NamespaceOption;
import io.slim.it.nri.CriWire.PodId;
import io.slim.it.nri.CriWire.PodSandboxConfig;
import io.slim.it.nri.CriWire.PodSandboxMetadata;
import io.slim.it.nri.CriWire.PodSandboxStatusResponse;
import io.slim.it.nri.CriWire.RunPodSandboxRequest;
import io.slim.it.nri.CriWire.StatusRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A pod. Its containers have this machine's programs. */
final class Pod {

    static final Map<String, String> SLIM = Map.of("io.slim.enable", "true");
    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static final int NODE = 2;

    private final Cri cri;
    private final PodSandboxConfig config;
    private final String id;
    private final Path programs;

    private Pod(Containerd runtime, PodSandboxConfig config) {
        this.cri = runtime.cri();
        this.config = config;
        this.programs = Path.of(System.getProperty("slim.basedir"));
        id = cri.call(
                        "RunPodSandbox",
                        RunPodSandboxRequest.newBuilder().setConfig(config).build(),
                        PodId.getDefaultInstance())
                .getPodSandboxId();
    }

    /** Runs one in namespace "default". */
    static Pod run(Containerd runtime, Map<String, String> annotations) {
        return run(runtime, "default", annotations, false);
    }

    static Pod run(Containerd runtime, String namespace, Map<String, String> annotations, boolean hostNetwork) {
        String name = "pod" + COUNTER.incrementAndGet();
        return new Pod(
                runtime,
                PodSandboxConfig.newBuilder()
                        .setMetadata(PodSandboxMetadata.newBuilder()
                                .setName(name)
                                .setUid(name + "-" + ProcessHandle.current().pid())
                                .setNamespace(namespace))
                        .setLogDirectory(runtime.directory().resolve("logs").toString())
                        .putAllAnnotations(annotations)
                        .setLinux(LinuxPodSandboxConfig.newBuilder()
                                .setCgroupParent(runtime.cgroup())
                                .setSecurityContext(LinuxSandboxSecurityContext.newBuilder()
                                        .setNamespaceOptions(
                                                NamespaceOption.newBuilder().setNetwork(hostNetwork ? NODE : 0))))
                        .build());
    }

    String id() {
        return id;
    }

    /** As the router names it. */
    String shortId() {
        return id.substring(0, 12);
    }

    String ip() {
        return cri.call(
                        "PodSandboxStatus",
                        StatusRequest.newBuilder().setId(id).build(),
                        PodSandboxStatusResponse.getDefaultInstance())
                .getStatus()
                .getNetwork()
                .getIp();
    }

    /** Creates a container, and does not start it. */
    String create(String name, String... command) {
        ContainerConfig container = ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName(name))
                .setImage(ImageSpec.newBuilder().setImage(OciImage.HOST))
                .addAllCommand(List.of(command))
                .addMounts(mount(Path.of("/usr")))
                .addMounts(mount(programs))
                // These tests keep both processors busy; a late decision would only mean the overlay.
                .addEnvs(KeyValue.newBuilder().setKey("SLIM_WAIT_MS").setValue("5000"))
                .setLogPath(COUNTER.incrementAndGet() + ".log")
                .build();
        return cri.call(
                        "CreateContainer",
                        CreateContainerRequest.newBuilder()
                                .setPodSandboxId(id)
                                .setConfig(container)
                                .setSandboxConfig(config)
                                .build(),
                        ContainerId.getDefaultInstance())
                .getContainerId();
    }

    private static Mount mount(Path path) {
        return Mount.newBuilder()
                .setContainerPath(path.toString())
                .setHostPath(path.toString())
                .setReadonly(true)
                .build();
    }

    /** Creates a container and starts it. */
    String start(String name, String... command) {
        String container = create(name, command);
        startCreated(container);
        return container;
    }

    void startCreated(String container) {
        cri.call(
                "StartContainer",
                ContainerId.newBuilder().setContainerId(container).build(),
                Empty.getDefaultInstance());
    }

    /** What a program in a container writes to its standard output. */
    String exec(String container, String... command) {
        ExecSyncResponse answer = cri.call(
                "ExecSync",
                ExecSyncRequest.newBuilder()
                        .setContainerId(container)
                        .addAllCmd(List.of(command))
                        .setTimeout(20)
                        .build(),
                ExecSyncResponse.getDefaultInstance());
        String error = answer.getStderr().toString(StandardCharsets.UTF_8);
        if (answer.getExitCode() != 0) {
            throw new AssertionError(
                    String.join(" ", command) + " ended with exit code " + answer.getExitCode() + ": " + error);
        }
        return answer.getStdout().toString(StandardCharsets.UTF_8);
    }

    /** What the runtime was asked to run, as JSON (OCI runtime-spec). */
    String configuration(String container) {
        String info = cri.call(
                        "ContainerStatus",
                        StatusRequest.newBuilder()
                                .setId(container)
                                .setVerbose(true)
                                .build(),
                        ContainerStatusResponse.getDefaultInstance())
                .getInfoOrThrow("info");
        try {
            return new ObjectMapper().readTree(info).path("runtimeSpec").toString();
        } catch (JsonProcessingException e) {
            throw new AssertionError(info, e);
        }
    }

    /** Whether it has what makes it one with Slim; half of that is an error. */
    boolean hasSlim(String container) {
        String configuration = configuration(container);
        long parts = Stream.of(
                        "LD_PRELOAD=/run/slim-lib/libslim.so", "SLIM_PREFIX=", "\"/run/slim\"", "\"io.slim.pod\"")
                .filter(configuration::contains)
                .count();
        assertThat(parts).as(configuration).isIn(0L, 4L);
        return parts > 0;
    }

    void removeContainer(String container) {
        cri.call(
                "RemoveContainer",
                ContainerId.newBuilder().setContainerId(container).build(),
                Empty.getDefaultInstance());
    }

    void stop() {
        cri.call("StopPodSandbox", PodId.newBuilder().setPodSandboxId(id).build(), Empty.getDefaultInstance());
    }

    void remove() {
        stop();
        cri.call("RemovePodSandbox", PodId.newBuilder().setPodSandboxId(id).build(), Empty.getDefaultInstance());
    }
}
