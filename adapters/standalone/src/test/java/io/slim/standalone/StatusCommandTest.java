package io.slim.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusCommandTest {

    @TempDir
    private Path directory;

    private static String run(int code, String... arguments) {
        StringWriter output = new StringWriter();
        PrintWriter writer = new PrintWriter(output);
        int exit = Main.commandLine().setOut(writer).setErr(writer).execute(arguments);
        assertThat(exit).as(output.toString()).isEqualTo(code);
        return output.toString();
    }

    @Test
    void showsARouterThatNobodyUsesYet() throws Exception {
        try (RouterProcess router = new RouterProcess(directory, Map.of())) {
            String state = "--state-dir=" + router.stateDirectory();
            assertThat(run(0, "status", state))
                    .startsWith("router ")
                    .contains(" on 127.0.0.1, non-secure, up ")
                    .contains("no container uses this router", "no listener has a shadow", "no peer was needed");
            JsonNode status = new ObjectMapper().readTree(run(0, "status", state, "--json"));
            assertThat(status.path("format").asInt()).isEqualTo(1);
            assertThat(status.path("socket").asText()).isEqualTo(router.socket().toString());
            try (SlimProcess watching = new SlimProcess(Map.of(), "status", state, "--watch", "--json")) {
                assertThat(watching.readLine()).startsWith("{\"format\":1,");
                assertThat(watching.readLine()).startsWith("{\"format\":1,");
                router.stop();
                assertThat(watching.exitCode()).isEqualTo(1);
                assertThat(watching.errors()).contains("no router answers at " + router.stateDirectory());
            }
        }
    }

    @Test
    void saysWhereItLookedForARouter() {
        assertThat(run(1, "status", "--state-dir=" + directory))
                .contains("no router answers at " + directory + "/admin.sock (no such socket)");
    }

    @Test
    void looksWhereTheRouterIsConfiguredToBe() throws Exception {
        Map<String, String> environment = Map.of("SLIM_ROUTER_STATE_DIR", directory.toString());
        try (SlimProcess status = new SlimProcess(environment, "status")) {
            assertThat(status.exitCode()).isEqualTo(1);
            assertThat(status.errors()).contains("no router answers at " + directory + "/admin.sock");
        }
    }
}
