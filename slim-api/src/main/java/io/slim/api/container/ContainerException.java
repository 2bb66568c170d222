package io.slim.api.container;

import java.util.Objects;

/** A container cannot be registered. Nothing of it is left. The message names the container, the value and what to do. */
public final class ContainerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String id;
    private final Problem problem;
    private final String value;

    /** What is wrong. More may be added. */
    public enum Problem {
        /** A container of that id is registered; the value is the id. */
        ID_TAKEN,
        /** In secure mode the addresses must be told: those in the namespace are anybody's claim. */
        ADDRESSES_MISSING,
        /** Another registered container has the address; the value is the address. */
        ADDRESS_TAKEN,
        /** The network namespace is registered for another container; the value is its path. */
        NAMESPACE_TAKEN,
        /** The file is no network namespace, no longer one, or the host's own; the value is its path. */
        NAMESPACE_UNUSABLE,
        /** The router serves as many containers as it may; the value is their number. */
        TOO_MANY,
        /** The socket directory cannot be made; the value is its path. */
        SOCKET_DIRECTORY,
        /** The system refused something else; the value is its message. */
        SYSTEM
    }

    /**
     * Describes the problem.
     *
     * @param value what was found, as text
     * @param expected what would be right, and what to do
     * @param cause null if there is none
     */
    public ContainerException(String id, Problem problem, String value, String expected, Throwable cause) {
        super("container " + id + ": " + words(problem) + ": " + value + " (expected: " + expected + ")", cause);
        this.id = id;
        this.problem = Objects.requireNonNull(problem, "problem");
        this.value = Objects.requireNonNull(value, "value");
    }

    private static String words(Problem problem) {
        return switch (problem) {
            case ID_TAKEN -> "id";
            case ADDRESS_TAKEN -> "address";
            case ADDRESSES_MISSING -> "addresses";
            case NAMESPACE_TAKEN, NAMESPACE_UNUSABLE -> "network namespace";
            case TOO_MANY -> "containers";
            case SOCKET_DIRECTORY -> "socket directory";
            case SYSTEM -> "system";
        };
    }

    /** Id of the container. */
    public String id() {
        return id;
    }

    /** What is wrong. */
    public Problem problem() {
        return problem;
    }

    /** The value found, as text. */
    public String value() {
        return value;
    }
}
