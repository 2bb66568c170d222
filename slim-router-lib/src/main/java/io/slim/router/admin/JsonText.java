package io.slim.router.admin;

/** Writes JSON (RFC 8259), without spaces. Members and elements are separated as needed. Not thread-safe. */
final class JsonText {

    private final StringBuilder text = new StringBuilder();
    /** Whether the next value is the first one in its object or array, or follows its name. */
    private boolean first = true;

    private void separate() {
        if (!first) {
            text.append(',');
        }
        first = false;
    }

    private JsonText open(char bracket) {
        separate();
        text.append(bracket);
        first = true;
        return this;
    }

    private JsonText shut(char bracket) {
        text.append(bracket);
        first = false;
        return this;
    }

    JsonText object() {
        return open('{');
    }

    JsonText endObject() {
        return shut('}');
    }

    JsonText array() {
        return open('[');
    }

    JsonText endArray() {
        return shut(']');
    }

    /** The next value's name. */
    JsonText name(String name) {
        separate();
        quote(name);
        text.append(':');
        first = true;
        return this;
    }

    JsonText value(String value) {
        separate();
        quote(value);
        return this;
    }

    JsonText value(long value) {
        separate();
        text.append(value);
        return this;
    }

    JsonText value(boolean value) {
        separate();
        text.append(value);
        return this;
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                // A lone surrogate has no UTF-8; escaped, any one has.
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
