package io.slim.router.confine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The router and the programs mean the same bytes. What the compiler makes of layout.h is printed when it is built. */
class LayoutTest {

    private static Map<String, Integer> compiled() throws Exception {
        try (InputStream in = Objects.requireNonNull(LayoutTest.class.getResourceAsStream("/layout.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(" "))
                    .collect(Collectors.toMap(
                            fields -> fields[0], fields -> Integer.parseInt(fields[1]), (a, b) -> a, TreeMap::new));
        }
    }

    @Test
    void javaAndCAgreeOnEverySizeAndPlace() throws Exception {
        for (Map.Entry<String, Integer> fact : compiled().entrySet()) {
            String name = fact.getKey();
            if (name.equals("layout") || name.equals("denials") || name.startsWith("config") || name.equals("option")) {
                continue;
            }
            Field field = Layout.class.getDeclaredField(name.replace('.', '_').toUpperCase(Locale.ROOT));
            assertThat(field.getInt(null)).as(name).isEqualTo(fact.getValue());
        }
    }

    @Test
    void versionAndDenialsAgree() throws Exception {
        assertThat(compiled()).containsEntry("layout", Layout.VERSION).containsEntry("denials", Denial.values().length);
        assertThat(compiled()).containsEntry("config.has_set_retval", 0).containsEntry("config.host_share", 4);
    }
}
