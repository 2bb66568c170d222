package io.slim.api.signature;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.SlimRouter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * Code that was compiled against the API goes on working: what is recorded in {@code api-signatures.txt} is still there.
 * What is new is recorded too, so that it stays. CONTRIBUTING.md says how.
 */
class ApiCompatibilityTest {

    private static final Path RECORDED = Path.of("src/test/resources/api-signatures.txt");
    private static final String RECORD = System.getProperty("slim.api.record", "");

    /** Interfaces that plug-ins implement: another abstract method would break each of them. */
    private static final Set<String> IMPLEMENTED_BY_OTHERS = Set.of(
            "io.slim.api.Subscription",
            "io.slim.api.event.RouterListener",
            "io.slim.api.policy.ConnectionPolicy",
            "io.slim.api.policy.PolicyProvider",
            "io.slim.api.resolver.OverlayResolver",
            "io.slim.api.resolver.ResolverProvider");

    private final Path classes;
    private final ApiSignatures signatures;

    ApiCompatibilityTest() throws Exception {
        classes = Path.of(SlimRouter.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        signatures = new ApiSignatures(classes);
    }

    @Test
    void nothingThatWasPromisedIsGone() throws Exception {
        SortedSet<String> recorded = new TreeSet<>(Files.readAllLines(RECORDED));
        SortedSet<String> now = signatures.lines();
        if (RECORD.equals("break")) {
            Files.write(RECORDED, now);
            return;
        }
        assertThat(without(recorded, now))
                .as("incompatible: was promised and is gone or different (see CONTRIBUTING.md, \"The API\")")
                .isEmpty();
        List<String> added = without(now, recorded);
        assertThat(added.stream().filter(line -> burdensPlugIns(line, recorded)))
                .as("incompatible: plug-ins that exist do not have this method; give it a default")
                .isEmpty();
        if (RECORD.equals("add")) {
            Files.write(RECORDED, now);
            return;
        }
        assertThat(added)
                .as("new in the API; record it: mvn -pl slim-api test -Dslim.api.record=add")
                .isEmpty();
    }

    private static List<String> without(SortedSet<String> lines, SortedSet<String> known) {
        return lines.stream().filter(line -> !known.contains(line)).toList();
    }

    private static boolean burdensPlugIns(String line, SortedSet<String> recorded) {
        return line.contains("): abstract ")
                && IMPLEMENTED_BY_OTHERS.stream()
                        .anyMatch(type ->
                                line.startsWith(type + ".") && recorded.contains(type + " is abstract interface"));
    }

    @Test
    void onlyTypesOfTheLanguageAndOfTheApiAppear() {
        assertThat(signatures.types()).isNotEmpty().allMatch(type -> type.startsWith("java.") || isOurs(type));
    }

    private static boolean isOurs(String type) {
        return type.startsWith("io.slim.api.");
    }

    @Test
    void noLibraryIsNeededToUseIt() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = ToolProvider.findFirst("jdeps")
                .orElseThrow()
                .run(new PrintWriter(out), new PrintWriter(err), "--print-module-deps", classes.toString());
        assertThat(exit).as("%s%s", out, err).isZero();
        assertThat(out.toString().strip()).isEqualTo("java.base");
    }
}
