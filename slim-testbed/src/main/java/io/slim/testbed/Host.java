package io.slim.testbed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A host of the underlay: it carries containers, and may have a router. */
public final class Host extends Node {
    private final int number;

    Host(TestBed bed, int number) {
        super(bed, "h" + number);
        this.number = number;
    }

    int number() {
        return number;
    }

    @Override
    public String address() {
        return bed().layout().hostAddress(number);
    }

    /** What the tunnel of the overlay has carried: it does not change while nothing uses the overlay. */
    public Traffic overlayTraffic() {
        return Traffic.of(bed().layout().hostNamespace(number), Wiring.OVERLAY_DEVICE);
    }

    /** What the cable to the other hosts has carried, the tunnel's packets included. */
    public Traffic hostTraffic() {
        return Traffic.of(bed().layout().hostNamespace(number), Wiring.HOST_DEVICE);
    }

    /** The directory of this host's router: its socket and state. */
    public Path directory() {
        return bed().directory().resolve(name());
    }

    /** Removes what routers of this host have left in the kernel, as a reboot does. They must have ended, and the programs whose sockets they made. */
    public void clearKernel() {
        SecureRouters.clearHost(directory());
    }

    /**
     * Starts a router here, a process of its own, and waits until it says that it is ready. With {@code --mode secure} the containers of this host are
     * registered with it.
     *
     * @param options more options for {@code slim router}
     * @throws TestBedException with what the router said, and what its threads do, if it is not ready within 30 seconds
     */
    public Router startRouter(String... options) {
        return startRouter(Map.of(), options);
    }

    /** As above, with more environment. */
    public Router startRouter(Map<String, String> environment, String... options) {
        List<String> all = new ArrayList<>(List.of("--control-insecure"));
        all.addAll(List.of(options));
        return Router.start(this, environment, all);
    }

    /** As {@link #startRouter}, with a control channel that is protected as the options say. */
    public Router startSecureRouter(String... options) {
        return Router.start(this, Map.of(), List.of(options));
    }
}
