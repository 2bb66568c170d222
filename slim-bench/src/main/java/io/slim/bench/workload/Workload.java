package io.slim.bench.workload;

import io.slim.bench.measure.Outcome;
import java.util.List;

/** Something that is done on each way and measured. Implementations are immutable. */
public interface Workload {
    /** For {@code --only} and programs: lower case, with hyphens. */
    String name();

    /** For people. */
    String title();

    /** What a unit of work is, in the singular; CPU time is given by it. */
    String unit();

    /** Programs that must be in PATH. */
    List<String> programs();

    /** Starts its servers on one way. */
    Session open(Ground ground);

    /** How many seconds one measurement of one way takes, about. */
    double seconds(Scale scale);

    /** A workload on one way. Closed before the test-bed is. */
    interface Session extends AutoCloseable {
        /** Measures once. */
        Outcome measure(Scale scale);

        /** Ends the servers. */
        @Override
        void close();
    }
}
