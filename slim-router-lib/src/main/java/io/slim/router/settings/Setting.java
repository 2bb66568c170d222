package io.slim.router.settings;

import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The declaration of one thing that can be set. Its name is the key in the file, the flag's name after {@code --}, and in
 * capitals the end of the variable's name.
 *
 * @param <T> the value's type
 * @param name such as {@code listen-ports}; with the unit at the end if the value is a time
 * @param type how its text is read
 * @param defaultText the text that holds if nothing is given; empty if there is none
 * @param description one or two sentences for help texts and documentation
 */
public record Setting<T>(String name, ValueType<T> type, String defaultText, String description) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    /**
     * Checks the name and the default.
     *
     * @throws IllegalArgumentException if the name is no name, or the type cannot read the default
     */
    public Setting {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(description, "description");
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("setting: " + name + " (expected: small letters, digits and hyphens)");
        }
        if (!defaultText.isEmpty()) {
            Objects.requireNonNull(type.parser().apply(defaultText), name);
        }
    }

    /** As it is given on the command line: {@code --listen-ports}. */
    public String flag() {
        return "--" + name;
    }

    /** As it is given in the environment: {@code SLIM_ROUTER_LISTEN_PORTS} for the prefix {@code SLIM_ROUTER_}. */
    public String variable(String prefix) {
        return prefix + name.replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** Whether it is on or off, and a flag without a value. */
    public boolean isSwitch() {
        return type.label().isEmpty();
    }
}
