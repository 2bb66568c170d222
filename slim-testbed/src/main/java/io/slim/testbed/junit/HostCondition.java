package io.slim.testbed.junit;

import io.slim.testbed.TestBed;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Decides for {@link RequiresHost}. */
final class HostCondition implements ExecutionCondition {
    private static final Pattern PATH_SEPARATOR = Pattern.compile(File.pathSeparator, Pattern.LITERAL);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        List<String> missing = AnnotationSupport.findAnnotation(context.getElement(), RequiresHost.class)
                .map(HostCondition::missing)
                .orElse(List.of());
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("everything needed is there");
        }
        String text = "missing: " + String.join(", ", missing);
        if ("true".equals(System.getenv("CI"))) {
            throw new IllegalStateException(text + " (CI=true: a test must not be skipped)");
        }
        return ConditionEvaluationResult.disabled(text);
    }

    static List<String> missing(RequiresHost needs) {
        List<String> missing = new ArrayList<>();
        if (needs.root() && !"root".equals(System.getProperty("user.name"))) {
            missing.add("root");
        }
        Stream.of(needs.programs())
                .filter(program -> !isInstalled(program))
                .forEach(program -> missing.add("program " + program));
        Stream.of(needs.built())
                .filter(file -> !Files.exists(Path.of(System.getProperty("slim.basedir", "."), file)))
                .forEach(file -> missing.add(file + " (./slim test)"));
        if (needs.slim()) {
            TestBed.notBuilt().forEach(path -> missing.add(path + " (./slim build)"));
        }
        return missing;
    }

    private static boolean isInstalled(String program) {
        return PATH_SEPARATOR
                .splitAsStream(System.getenv().getOrDefault("PATH", ""))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}
