package io.slim.bench;

import java.io.PrintStream;
import java.util.Locale;

/** Says what is going on and how long it will go on: in one line that changes on a terminal, else line by line. */
final class Progress {
    private final PrintStream out;
    private final boolean terminal;
    private final double wholeSeconds;
    private final long startNanos = System.nanoTime();
    private double doneSeconds;

    /**
     * @param wholeSeconds how long all of it is expected to take
     */
    Progress(PrintStream out, boolean terminal, double wholeSeconds) {
        this.out = out;
        this.terminal = terminal;
        this.wholeSeconds = wholeSeconds;
    }

    void show(String what) {
        String text = "bench: " + what + left();
        out.print(terminal ? "\r\033[K" + text : text + System.lineSeparator());
        out.flush();
    }

    /** Something that was expected to take that long has been done. */
    void done(double seconds) {
        doneSeconds += seconds;
    }

    /** What is left of the plan, at the pace of now. */
    private String left() {
        double elapsed = (System.nanoTime() - startNanos) / 1e9;
        double pace = doneSeconds > 0 ? Math.max(1, elapsed / doneSeconds) : 1;
        long left = Math.round((wholeSeconds - doneSeconds) * pace);
        return String.format(Locale.ROOT, " (%d:%02d left)", left / 60, left % 60);
    }

    /** Leaves the line to others. */
    void clear() {
        out.print(terminal ? "\r\033[K" : "");
        out.flush();
    }
}
