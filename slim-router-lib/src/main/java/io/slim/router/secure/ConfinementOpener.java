package io.slim.router.secure;

import io.slim.router.confine.Confinement;
import io.slim.router.confine.ConfinementConfig;
import io.slim.router.confine.ConfinementException;
import io.slim.router.loop.RouterLoop;

/** Opens the kernel's side of secure mode: {@link Confinement#open}, unless a test wants another one. */
@FunctionalInterface
public interface ConfinementOpener {

    /** See {@link Confinement#open}. */
    Confinement open(ConfinementConfig config, RouterLoop loop) throws ConfinementException;
}
