package io.slim.standalone;

import io.slim.router.settings.Setting;
import io.slim.router.settings.Settings;
import io.slim.router.settings.ValueType;
import io.slim.standalone.log.LogFormat;
import io.slim.standalone.log.Logging;
import java.util.List;
import java.util.Map;

/** The settings of the log. */
final class LogSettings {

    private static final Setting<LogFormat> FORMAT = new Setting<>(
            "log-format",
            ValueType.oneOf("FORMAT", Map.of("text", LogFormat.TEXT, "json", LogFormat.JSON)),
            "text",
            "text, or json for one JSON object per line; to standard error.");

    private static final Setting<String> LEVEL = new Setting<>(
            "log-level",
            ValueType.oneOf(
                    "LEVEL",
                    Map.of("error", "ERROR", "warn", "WARN", "info", "INFO", "debug", "DEBUG", "trace", "TRACE")),
            "info",
            "error, warn, info, or debug for a line about each connection.");

    private LogSettings() {}

    static List<Setting<?>> all() {
        return List.of(FORMAT, LEVEL);
    }

    /** Nothing but errors: for commands that say themselves what they find. */
    static void quiet() {
        Logging.set("ERROR", LogFormat.TEXT);
    }

    static void apply(Settings settings) {
        Logging.set(settings.require(LEVEL), settings.require(FORMAT));
    }
}
