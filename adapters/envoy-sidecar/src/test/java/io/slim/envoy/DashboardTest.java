package io.slim.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The dashboard asks for nothing that there is not. What it asks of Envoy is compared with a real one by slim-it. */
class DashboardTest {

    private static final Path DASHBOARD = Path.of("src/main/grafana/slim-envoy.json");
    private static final Path DOCUMENTED = Path.of("../../docs/operation.md");

    @Test
    void everyNumberOfSlimIsDocumented() throws Exception {
        Set<String> asked = Pattern.compile("\\bslim_[a-z_]+")
                .matcher(Files.readString(DASHBOARD))
                .results()
                .map(MatchResult::group)
                .map(name -> name.replaceFirst("_bucket$", ""))
                .collect(Collectors.toSet());
        assertThat(asked).contains("slim_upstream_connects_total");
        String documented = Files.readString(DOCUMENTED);
        assertThat(asked).allSatisfy(name -> assertThat(documented).contains("`" + name + "`"));
    }
}
