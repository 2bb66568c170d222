package io.slim.standalone.doctor;

/**
 * What a check has found.
 *
 * @param level how bad it is
 * @param check what was looked at, a few words
 * @param text what was found, with values
 * @param remedy what to do; empty if nothing need be done
 */
record Finding(Level level, String check, String text, String remedy) {

    enum Level {
        /** As it should be. */
        OK,
        /** The router works; something is slower, or a feature is missing. */
        WARN,
        /** The router cannot work so. */
        FAIL
    }

    static Finding ok(String check, String text) {
        return new Finding(Level.OK, check, text, "");
    }

    static Finding warn(String check, String text, String remedy) {
        return new Finding(Level.WARN, check, text, remedy);
    }

    static Finding fail(String check, String text, String remedy) {
        return new Finding(Level.FAIL, check, text, remedy);
    }
}
