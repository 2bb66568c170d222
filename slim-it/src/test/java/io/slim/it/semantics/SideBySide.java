package io.slim.it.semantics;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Two transcripts as a reader wants them when they differ: next to each other, with a mark at each line that is not the same. */
final class SideBySide {
    private static final int WIDTH = 78;

    private SideBySide() {}

    static String of(List<String> plain, List<String> slim) {
        String head = line("without the shim", ' ', "with the shim");
        return IntStream.range(0, Math.max(plain.size(), slim.size()))
                .mapToObj(i -> {
                    String left = i < plain.size() ? plain.get(i) : "";
                    String right = i < slim.size() ? slim.get(i) : "";
                    return line(left, left.equals(right) ? ' ' : '#', right);
                })
                .collect(Collectors.joining("\n", head + "\n", "\n"));
    }

    private static String line(String left, char mark, String right) {
        return String.format("%-" + WIDTH + "s %c %s", cut(left), mark, right);
    }

    private static String cut(String text) {
        return text.length() <= WIDTH ? text : text.substring(0, WIDTH - 1) + "…";
    }
}
