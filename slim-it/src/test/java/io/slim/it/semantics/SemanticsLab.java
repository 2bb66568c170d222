package io.slim.it.semantics;

import io.slim.it.RoutedLab;
import io.slim.it.semantics.Row.ExpectedPath;
import io.slim.testbed.Eventually;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A lab as the cases want it: warm, and with a destination that does not answer. */
final class SemanticsLab implements BeforeAllCallback, AfterAllCallback {
    private static final Row MANY_CONNECTIONS = new Row("leaks-connections", "v4", ExpectedPath.SLIM);
    private static final Duration WARM = Duration.ofSeconds(30);

    private final RoutedLab lab;

    SemanticsLab() {
        this(new RoutedLab());
    }

    SemanticsLab(RoutedLab lab) {
        this.lab = lab;
    }

    RoutedLab lab() {
        return lab;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        lab.beforeAll(context);
        dropPortNine();
        warmUp();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        lab.afterAll(context);
    }

    /** For the cases about time-outs. */
    private void dropPortNine() {
        lab.server()
                .exec(
                        "nft",
                        "add table inet semantics;"
                                + " add chain inet semantics input { type filter hook input priority 0; };"
                                + " add rule inet semantics input tcp dport 9 drop")
                .orThrow();
    }

    /** Routers that have just been started are slow; all connections of a row with many must have taken the host path. */
    private void warmUp() {
        Program program = new Program("glibc");
        List<String> plain = program.run(lab, MANY_CONNECTIONS, false).transcript();
        Eventually.await("connections take the host path", WARM, () -> program.run(lab, MANY_CONNECTIONS, true)
                .transcript()
                .equals(plain));
    }
}
