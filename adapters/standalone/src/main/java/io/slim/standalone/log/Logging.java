package io.slim.standalone.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.slim.command.ConsoleLog;
import org.slf4j.LoggerFactory;

/**
 * Sets logging up. Logback finds it as its configurator, which costs a start of the router less than reading an XML file
 * does.
 */
public final class Logging extends ContextAwareBase implements Configurator {

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        set(context, Level.INFO, LogFormat.TEXT);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** From now on. */
    public static void set(String level, LogFormat format) {
        set((LoggerContext) LoggerFactory.getILoggerFactory(), Level.valueOf(level), format);
    }

    private static void set(LoggerContext context, Level level, LogFormat format) {
        ConsoleLog.set(context, level, encoder(context, format));
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, LogFormat format) {
        if (format == LogFormat.JSON) {
            JsonLines json = new JsonLines();
            json.setContext(context);
            json.start();
            return json;
        }
        return ConsoleLog.text(context);
    }
}
