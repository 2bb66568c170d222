package io.slim.api;

/**
 * A range of TCP ports, both ends included.
 *
 * @param first lowest port, 1 … 65535
 * @param last highest port, not below {@code first}
 */
public record PortRange(int first, int last) {

    /**
     * Checks the order and the range.
     *
     * @throws IllegalArgumentException if the range is empty or leaves 1 … 65535
     */
    public PortRange {
        if (first < 1 || last > 0xffff || first > last) {
            throw new IllegalArgumentException(
                    "port range: " + first + "-" + last + " (expected: A-B, 1 <= A <= B <= 65535)");
        }
    }

    /**
     * Reads {@code A-B}.
     *
     * @throws IllegalArgumentException if the text is no such range
     */
    public static PortRange parse(String text) {
        int dash = text.indexOf('-');
        try {
            return new PortRange(
                    Integer.parseInt(text.substring(0, Math.max(dash, 0)).trim()),
                    Integer.parseInt(text.substring(dash + 1).trim()));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("port range: " + text + " (expected: A-B, such as 61000-64999)", e);
        }
    }

    /** Whether the port lies in the range. */
    public boolean contains(int port) {
        return port >= first && port <= last;
    }

    /** Number of ports in the range. */
    public int size() {
        return last - first + 1;
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
