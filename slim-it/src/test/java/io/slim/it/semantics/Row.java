package io.slim.it.semantics;

/**
 * A row of the table, as {@code semantics --list} prints it.
 *
 * @param name the case
 * @param family what kind of sockets and addresses it uses: v4, v6, mapped, dual
 * @param path which way its connections go when both sides have the shim
 */
record Row(String name, String family, ExpectedPath path) {
    enum ExpectedPath {
        SLIM,
        OVERLAY,
        /** Depends on timing that the case does not control. */
        EITHER
    }

    static Row parse(String line) {
        String[] fields = line.split(" ", -1);
        if (fields.length != 3) {
            throw new IllegalArgumentException("row: \"" + line + "\" (expected: name, family and path)");
        }
        return new Row(fields[0], fields[1], ExpectedPath.valueOf(fields[2]));
    }

    @Override
    public String toString() {
        return name + " " + family;
    }
}
