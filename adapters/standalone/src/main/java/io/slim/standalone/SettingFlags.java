package io.slim.standalone;

import io.slim.api.ConfigurationProblem;
import io.slim.router.settings.Setting;
import io.slim.router.settings.SettingsReader;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The flags of declared settings. Read as text, so that all that is wrong can be reported together. */
final class SettingFlags {

    private SettingFlags() {}

    /** Offers each setting as a flag; errors of the command line are collected, not thrown. */
    static void offer(CommandSpec command, List<Setting<?>> settings) {
        settings.forEach(setting -> command.addOption(option(setting)));
        command.parser().collectErrors(true);
    }

    private static OptionSpec option(Setting<?> setting) {
        String holds = setting.defaultText().isEmpty() ? "" : " (" + setting.defaultText() + ")";
        OptionSpec.Builder option =
                OptionSpec.builder(setting.flag()).description((setting.description() + holds).replace("%", "%%"));
        return setting.isSwitch()
                ? option.type(Boolean.class).negatable(true).build()
                : option.type(String.class).paramLabel(setting.type().label()).build();
    }

    /** Takes what was given on the command line, and what is wrong with it. */
    static void take(ParseResult parsed, List<Setting<?>> settings, SettingsReader reader) {
        for (Setting<?> setting : settings) {
            Object value = parsed.matchedOptionValue(setting.flag(), null);
            if (value != null) {
                reader.flag(setting.name(), value.toString(), setting.flag());
            }
        }
        for (Exception error : parsed.errors()) {
            if (error instanceof UnmatchedArgumentException unmatched) {
                unmatched.getUnmatched().forEach(reader::unknownFlag);
            } else {
                reader.problem(new ConfigurationProblem(
                        "command line", String.valueOf(error.getMessage()), "options as --help lists them, each once"));
            }
        }
    }
}
