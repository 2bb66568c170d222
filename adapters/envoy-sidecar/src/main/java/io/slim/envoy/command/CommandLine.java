package io.slim.envoy.command;

import io.slim.api.ConfigurationProblem;
import io.slim.router.settings.Setting;
import io.slim.router.settings.SettingsReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Options as {@code --name value}, {@code --name=value}, {@code --switch} and {@code --no-switch}. */
final class CommandLine {

    private static final String NO = "--no-";

    private final List<Consumer<SettingsReader>> given = new ArrayList<>();
    private Optional<Path> file = Optional.empty();

    private CommandLine() {}

    /**
     * Reads options.
     *
     * @param fileFlag the option that names the settings' file
     */
    static CommandLine parse(List<String> options, List<Setting<?>> declared, String fileFlag) {
        Map<String, Setting<?>> byFlag =
                declared.stream().collect(Collectors.toMap(Setting::flag, Function.identity()));
        CommandLine line = new CommandLine();
        Iterator<String> rest = options.iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            int equals = option.startsWith("--") ? option.indexOf('=') : -1;
            String flag = equals < 0 ? option : option.substring(0, equals);
            Setting<?> setting = byFlag.get(flag);
            Setting<?> opposite = flag.startsWith(NO) ? byFlag.get("--" + flag.substring(NO.length())) : null;
            if (setting == null && opposite != null && opposite.isSwitch()) {
                line.given.add(reader -> reader.flag(opposite.name(), "false", flag));
            } else if (setting == null && !flag.equals(fileFlag)) {
                line.given.add(reader -> reader.unknownFlag(option));
            } else if (setting != null && setting.isSwitch() && equals < 0) {
                line.given.add(reader -> reader.flag(setting.name(), "true", flag));
            } else if (equals < 0 && !rest.hasNext()) {
                line.given.add(reader -> reader.problem(new ConfigurationProblem(flag, "", "a value after it")));
            } else {
                String value = equals < 0 ? rest.next() : option.substring(equals + 1);
                if (setting == null) {
                    line.file = Optional.of(Path.of(value));
                } else {
                    line.given.add(reader -> reader.flag(setting.name(), value, flag));
                }
            }
        }
        return line;
    }

    /** The settings' file, if one is named. */
    Optional<Path> file() {
        return file;
    }

    void give(SettingsReader reader) {
        given.forEach(one -> one.accept(reader));
    }
}
