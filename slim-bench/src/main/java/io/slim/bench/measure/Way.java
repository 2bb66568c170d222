package io.slim.bench.measure;

/** The ways from one machine to the other that are compared. */
public enum Way {
    /** Between programs of the hosts themselves: as fast as it can be. */
    HOST("host"),
    /** Between containers, over VXLAN. */
    VXLAN("VXLAN"),
    /** Between the same containers, with Slim in secure mode. */
    SECURE("Slim secure"),
    /** Between containers with Slim in non-secure mode. */
    NON_SECURE("Slim non-secure");

    private final String title;

    Way(String title) {
        this.title = title;
    }

    /** For people. */
    public String title() {
        return title;
    }

    /** For programs: lower case, with hyphens. */
    public String key() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
