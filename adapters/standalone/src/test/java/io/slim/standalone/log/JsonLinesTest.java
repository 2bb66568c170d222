package io.slim.standalone.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class JsonLinesTest {

    @Test
    void hasKeysAndValuesAndTheStackOnOneLine() throws Exception {
        LoggingEvent event = new LoggingEvent(
                "x",
                new LoggerContext().getLogger("some.logger"),
                Level.WARN,
                "{} \"quoted\"\nand more",
                new IllegalStateException("why"),
                new Object[] {"text"});
        event.setKeyValuePairs(List.of(new KeyValuePair("port", 80), new KeyValuePair("none", null)));
        String line = new String(new JsonLines().encode(event), StandardCharsets.UTF_8);
        assertThat(line).endsWith("}\n").doesNotContain("\n{").hasLineCount(1);
        JsonNode read = new ObjectMapper().readTree(line);
        assertThat(read.path("message").asText()).isEqualTo("text \"quoted\"\nand more");
        assertThat(read.path("fields").path("port").asText()).isEqualTo("80");
        assertThat(read.path("exception").asText()).contains("IllegalStateException: why");
    }
}
