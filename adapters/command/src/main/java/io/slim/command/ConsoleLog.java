package io.slim.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.util.List;

/** The log of a command: to standard error, one line per event. Set by code: reading an XML file would cost a router's start more. */
public final class ConsoleLog {

    private ConsoleLog() {}

    /** A line of text, with the time, the level, and who says it. */
    public static Encoder<ILoggingEvent> text(LoggerContext context) {
        return text(context, "");
    }

    /**
     * The same with a name before who says it.
     *
     * @param name for logs that go where those of other programs do; not empty
     */
    public static Encoder<ILoggingEvent> named(LoggerContext context, String name) {
        return text(context, name + " ");
    }

    private static Encoder<ILoggingEvent> text(LoggerContext context, String name) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level " + name + "%logger{0}: %msg%n");
        encoder.start();
        return encoder;
    }

    /**
     * From now on, and in place of what was set before.
     *
     * @param encoder started
     */
    public static void set(LoggerContext context, Level level, Encoder<ILoggingEvent> encoder) {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.addAppender(appender);
        root.setLevel(level);
        // What these say of an outage a resolver says itself, once.
        for (String client : List.of("io.fabric8", "io.vertx", "io.etcd", "io.grpc")) {
            context.getLogger(client).setLevel(level.isGreaterOrEqual(Level.INFO) ? Level.OFF : level);
        }
        // Its own debugging is about itself.
        context.getLogger("io.netty").setLevel(level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN);
    }
}
