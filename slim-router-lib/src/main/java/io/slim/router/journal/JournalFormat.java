package io.slim.router.journal;

import io.slim.api.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * The lines of the journal. Each starts with what happened, then follow its fields, with single spaces in between:
 *
 * <pre>
 * slim-listeners 1                                  first line: format and version
 * + ID NAMESPACE COOKIE SHADOW-COOKIE FAMILY FLAGS ADDRESS PORT HOST-PORT [SHADOW-ID]
 * armed ID 0|1
 * - ID
 * rests HOST-PORT MILLISECONDS-SINCE-1970           a port was released then
 * </pre>
 *
 * <p>FLAGS are 1 for IPV6_V6ONLY plus 2 for SO_REUSEPORT. Cookies are unsigned.
 */
final class JournalFormat {

    static final String FIRST_LINE = "slim-listeners 1";

    private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F:.]+");
    private static final int ADDED_FIELDS = 10;
    private static final int SHADOW_ID = 10;

    private JournalFormat() {}

    static String added(ListenerRecord listener) {
        int flags = (listener.v6Only() ? 1 : 0) | (listener.reusePort() ? 2 : 0);
        return String.join(
                " ",
                "+",
                Long.toString(listener.id()),
                Long.toString(listener.namespace()),
                Long.toUnsignedString(listener.cookie()),
                Long.toUnsignedString(listener.shadowCookie()),
                Integer.toString(listener.family()),
                Integer.toString(flags),
                listener.endpoint().address().getHostAddress(),
                Integer.toString(listener.endpoint().port()),
                Integer.toString(listener.port()),
                Integer.toUnsignedString(listener.shadowId()));
    }

    static String armed(long id, boolean armed) {
        return "armed " + id + (armed ? " 1" : " 0");
    }

    static String removed(long id) {
        return "- " + id;
    }

    static String rests(int port, long epochMillis) {
        return "rests " + port + " " + epochMillis;
    }

    /**
     * Carries out one line.
     *
     * @throws IllegalArgumentException if it is none
     */
    static void read(String line, JournalState into) {
        String[] fields = line.split(" ", -1);
        switch (fields[0]) {
            case "+" -> into.added(record(fields));
            case "armed" -> into.armed(Long.parseLong(field(fields, 1)), "1".equals(field(fields, 2)));
            case "-" -> into.removed(Long.parseLong(field(fields, 1)));
            case "rests" -> into.rests(Integer.parseInt(field(fields, 1)), Long.parseLong(field(fields, 2)));
            default -> throw new IllegalArgumentException("expected: +, armed, - or rests");
        }
    }

    private static ListenerRecord record(String[] fields) {
        if (fields.length != ADDED_FIELDS && fields.length != ADDED_FIELDS + 1) {
            throw new IllegalArgumentException(
                    fields.length + " fields (expected: " + ADDED_FIELDS + " or " + (ADDED_FIELDS + 1) + ")");
        }
        int flags = Integer.parseInt(fields[6]);
        return new ListenerRecord(
                Long.parseLong(fields[1]),
                Long.parseLong(fields[2]),
                Long.parseUnsignedLong(fields[3]),
                Long.parseUnsignedLong(fields[4]),
                Integer.parseInt(fields[5]),
                (flags & 1) != 0,
                (flags & 2) != 0,
                new Endpoint(address(fields[7]), Integer.parseInt(fields[8])),
                Integer.parseInt(fields[9]),
                fields.length > SHADOW_ID ? Integer.parseUnsignedInt(fields[SHADOW_ID]) : 0,
                false);
    }

    private static String field(String[] fields, int index) {
        if (index >= fields.length) {
            throw new IllegalArgumentException(fields.length + " fields (expected: more)");
        }
        return fields[index];
    }

    private static InetAddress address(String text) {
        try {
            if (ADDRESS.matcher(text).matches()) {
                return InetAddress.getByName(text);
            }
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text + " (expected: an address)", e);
        }
        throw new IllegalArgumentException(text + " (expected: an address)");
    }
}
