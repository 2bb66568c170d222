package io.slim.standalone.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** Writes findings: a line for each, and its remedy below. */
public final class Report {

    private final List<Finding> findings;

    Report(List<Finding> findings) {
        this.findings = findings;
    }

    /** Whether nothing failed. */
    public boolean isGood() {
        return findings.stream().noneMatch(finding -> finding.level() == Finding.Level.FAIL);
    }

    /** For people. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Finding finding : findings) {
            text.append(String.format("%-4s  %-20s  %s%n", word(finding), finding.check(), finding.text()));
            if (!finding.remedy().isEmpty()) {
                text.append(String.format("      %-20s  -> %s%n", "", finding.remedy()));
            }
        }
        long failed = count(Finding.Level.FAIL);
        long warned = count(Finding.Level.WARN);
        text.append(failed == 0 ? "a router can run here" : failed + " to be cured before a router can run here");
        return text.append(warned == 0 ? "" : "; warnings: " + warned).toString();
    }

    private long count(Finding.Level level) {
        return findings.stream().filter(finding -> finding.level() == level).count();
    }

    /** {@code format}, {@code good}, and {@code findings} with {@code level}, {@code check}, {@code text}, {@code remedy}. */
    public String json() throws JsonProcessingException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode report = mapper.createObjectNode();
        report.put("format", 1).put("good", isGood());
        for (Finding finding : findings) {
            report.withArray("findings")
                    .addObject()
                    .put("level", word(finding))
                    .put("check", finding.check())
                    .put("text", finding.text())
                    .put("remedy", finding.remedy());
        }
        return mapper.writeValueAsString(report);
    }

    private static String word(Finding finding) {
        return finding.level().name().toLowerCase(Locale.ROOT);
    }
}
