package io.slim.standalone.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.event.KeyValuePair;

/**
 * One JSON object per line: {@code time} (UTC, ISO 8601), {@code level}, {@code logger}, {@code thread}, {@code message}, and
 * where they are there {@code fields} (the event's keys and values, as texts) and {@code exception} (a stack trace).
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {

    private static final byte[] NOTHING = {};

    private final JsonFactory json = new JsonFactory();

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        try (JsonGenerator to = json.createGenerator(line)) {
            to.writeStartObject();
            to.writeStringField("time", event.getInstant().toString());
            to.writeStringField("level", event.getLevel().toString());
            to.writeStringField("logger", event.getLoggerName());
            to.writeStringField("thread", event.getThreadName());
            to.writeStringField("message", event.getFormattedMessage());
            fields(event, to);
            if (event.getThrowableProxy() != null) {
                to.writeStringField("exception", ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
            to.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written", e);
        }
        line.write('\n');
        return line.toByteArray();
    }

    private static void fields(ILoggingEvent event, JsonGenerator to) throws IOException {
        if (event.getKeyValuePairs() == null || event.getKeyValuePairs().isEmpty()) {
            return;
        }
        to.writeObjectFieldStart("fields");
        for (KeyValuePair pair : event.getKeyValuePairs()) {
            to.writeStringField(pair.key, String.valueOf(pair.value));
        }
        to.writeEndObject();
    }
}
