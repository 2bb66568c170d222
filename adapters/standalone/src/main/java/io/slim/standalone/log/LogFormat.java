package io.slim.standalone.log;

/** What a line of the log looks like. */
public enum LogFormat {
    /** For people. */
    TEXT,
    /** One JSON object per line, see {@link JsonLines}. */
    JSON
}
