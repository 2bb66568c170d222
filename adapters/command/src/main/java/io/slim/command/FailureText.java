package io.slim.command;

import io.slim.api.ConfigurationException;
import io.slim.api.RouterException;
import java.io.IOException;
import java.nio.file.FileSystemException;

/** What a command tells people when it fails. */
public final class FailureText {

    private FailureText() {}

    /** A line, or one per problem of a configuration. */
    public static String of(Exception failure) {
        if (failure instanceof ConfigurationException wrong) {
            StringBuilder text = new StringBuilder("the configuration cannot be used:");
            wrong.problems()
                    .forEach(problem ->
                            text.append(System.lineSeparator()).append("  ").append(problem));
            return text.toString();
        }
        // The message of a FileSystemException is the file's name, and no more.
        boolean clear = failure instanceof RouterException
                || (failure instanceof IOException && !(failure instanceof FileSystemException));
        return clear ? failure.getMessage() : failure.toString();
    }
}
