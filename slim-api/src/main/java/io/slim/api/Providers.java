package io.slim.api;

import java.util.ServiceLoader;

/** Finds the implementation. */
final class Providers {

    private Providers() {}

    static SlimRouterProvider router() {
        return ServiceLoader.load(SlimRouterProvider.class, SlimRouterProvider.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no " + SlimRouterProvider.class.getName() + " found: add slim-router-lib to the class path"));
    }
}
