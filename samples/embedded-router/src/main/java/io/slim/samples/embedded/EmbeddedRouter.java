package io.slim.samples.embedded;

import io.slim.api.RouterConfig;
import io.slim.api.SlimRouter;
import io.slim.api.container.ContainerRegistration;
import io.slim.api.container.ContainerSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * A program with a Slim router in it: it serves the containers that it is told of, and prints what happens, until
 * it is told to end (SIGTERM, SIGINT).
 *
 * <pre>
 * EmbeddedRouter HOST-IP STATE-DIR OVERLAY-IP=HOST-IP,... NAME=OVERLAY-IP=NAMESPACE-FILE...
 * EmbeddedRouter 192.168.77.1 /run/mine 10.32.0.1=192.168.77.1,10.32.0.2=192.168.77.2 web=10.32.0.1=/proc/4711/ns/net
 * </pre>
 */
public final class EmbeddedRouter {

    private EmbeddedRouter() {}

    /** Runs it. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path directory = Path.of(arguments[1]).toAbsolutePath();
        RouterConfig config = RouterConfig.builder()
                .hostAddress(InetAddress.getByName(arguments[0]))
                .controlInsecure(true)
                // Try it in a lab, where what runs in containers is root on the host: else they would get no host
                // sockets.
                .acceptCapable(named(arguments))
                .socket(directory.resolve("slim.sock"))
                .stateDirectory(directory)
                .build();
        SlimRouter router = SlimRouter.builder()
                .config(config)
                .resolver(MapResolver.parse(arguments[2]))
                .policy(new PrivilegedPortsPolicy())
                .listener(System.out::println)
                .build();
        Runtime.getRuntime().addShutdownHook(new Thread(router::close));
        router.capabilities().missing(config.mode()).forEach(System.out::println);
        router.start();
        for (String container : List.of(arguments).subList(3, arguments.length)) {
            register(router, container);
        }
        System.out.println("ready: " + router.health().status());
        new CountDownLatch(1).await();
    }

    private static List<String> named(String... arguments) {
        return Stream.of(arguments)
                .skip(3)
                .map(container -> container.split("=", 2)[0])
                .toList();
    }

    /** The directory is what a container runtime would mount at /run/slim, read-only. */
    private static void register(SlimRouter router, String container) throws IOException {
        String[] parts = container.split("=", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException(
                    "container: " + Arrays.toString(parts) + " (expected: NAME=OVERLAY-IP=NAMESPACE-FILE)");
        }
        ContainerRegistration registration = router.register(ContainerSpec.builder(parts[0])
                .address(InetAddress.getByName(parts[1]))
                .networkNamespace(Path.of(parts[2]))
                .build());
        System.out.println(parts[0] + ": " + registration.socketDirectory());
    }
}
