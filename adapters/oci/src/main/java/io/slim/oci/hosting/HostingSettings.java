package io.slim.oci.hosting;

import io.slim.command.Prefixes;
import io.slim.router.settings.Setting;
import io.slim.router.settings.ValueType;
import java.nio.file.Path;

/** What adapters let people set besides the settings of every router. */
public final class HostingSettings {

    /** Which addresses are overlay. */
    public static final Setting<String> PREFIX = new Setting<>(
            "prefix",
            Prefixes.TYPE,
            "",
            "Addresses that are overlay, for containers without annotation io.slim.prefix.");

    /** Where the shim is. */
    public static final Setting<Path> LIBRARIES =
            new Setting<>("lib-dir", ValueType.PATH, "/var/lib/slim", "Where the shim is installed.");

    private HostingSettings() {}
}
