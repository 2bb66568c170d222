package io.slim.testbed.demo;

import java.io.PrintStream;

/** Says what is going on: in one line that changes on a terminal, else line by line. */
final class Progress {
    private final PrintStream out;
    private final boolean terminal;

    Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    void show(String what) {
        out.print(terminal ? "\r\033[Kdemo: " + what : "demo: " + what + System.lineSeparator());
        out.flush();
    }

    /** Leaves the line to others. */
    void clear() {
        out.print(terminal ? "\r\033[K" : "");
        out.flush();
    }
}
