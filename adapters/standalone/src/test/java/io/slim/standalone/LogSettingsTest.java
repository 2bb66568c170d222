package io.slim.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogSettingsTest {

    @TempDir
    private Path directory;

    @Test
    void eachLineIsAnObject() throws Exception {
        String log;
        try (RouterProcess router = new RouterProcess(directory, Map.of("SLIM_ROUTER_LOG_FORMAT", "json"))) {
            log = router.stop();
        }
        assertThat(log.lines()).isNotEmpty().allSatisfy(line -> {
            JsonNode event = new ObjectMapper().readTree(line);
            assertThat(Instant.parse(event.path("time").asText())).isBeforeOrEqualTo(Instant.now());
            assertThat(event.path("level").asText()).isIn("INFO", "WARN");
            assertThat(event.path("logger").asText()).startsWith("io.slim.");
        });
        assertThat(log).contains("\"message\":\"serving 127.0.0.1 at ");
    }

    @Test
    void theLevelSaysHowMuch() throws Exception {
        try (RouterProcess router = new RouterProcess(directory, Map.of(), "--log-level=debug")) {
            assertThat(router.stop()).contains(" DEBUG ").contains(" INFO  DefaultSlimRouter: serving 127.0.0.1");
        }
        try (RouterProcess router = new RouterProcess(directory, Map.of(), "--log-level=error")) {
            assertThat(router.stop()).isEmpty();
        }
    }
}
