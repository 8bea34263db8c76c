package dev.rlhf.recipe;

import dev.rlhf.report.console.Numbers;
import java.util.List;

/** Writes a run as GitHub-flavoured Markdown: a headline, a table of all expectations and one of the stages' times. */
final class MarkdownSummary {
    private MarkdownSummary() {}

    static String of(RunResult result) {
        StringBuilder text = new StringBuilder("### ");
        text.append(escaped(result.name() + ": " + headline(result))).append("\n\n");
        if (result.outcomes().stream().anyMatch(stage -> !stage.checks().isEmpty())) {
            row(text, "stage", "metric", "value", "bound", "met");
            text.append("|---|---|--:|---|---|\n");
            for (StageOutcome stage : result.outcomes()) {
                for (Expectations.Check check : stage.checks()) {
                    row(
                            text,
                            stage.name(),
                            check.metric(),
                            value(check, stage),
                            check.bound().text(),
                            check.met() ? "yes" : "**no**");
                }
            }
            text.append('\n');
        }
        row(text, "stage", "time", "state");
        text.append("|---|--:|---|\n");
        for (StageOutcome stage : result.outcomes()) {
            row(text, stage.name(), Numbers.duration(stage.seconds()), stage.skipped() ? "already done" : "done");
        }
        List<String> unfinished = result.unfinished();
        for (int i = 0; i < unfinished.size(); i++) {
            RunResult.Stop stop = result.stop().orElseThrow();
            String state = i > 0 ? "not reached" : (stop.isPause() ? "stopped: " : "failed: ") + stop.line();
            row(text, unfinished.get(i), i > 0 ? "" : Numbers.duration(stop.seconds()), state);
        }
        return text.append('\n').toString();
    }

    private static String headline(RunResult result) {
        if (result.stop().isPresent()) {
            return "stage " + result.unfinished().getFirst()
                    + (result.stop().get().isPause() ? " is not finished" : " failed");
        }
        List<Expectations.Check> checks = result.outcomes().stream()
                .flatMap(stage -> stage.checks().stream())
                .toList();
        long missed = checks.stream().filter(check -> !check.met()).count();
        return checks.isEmpty()
                ? "done"
                : missed == 0
                        ? "all %d expectations met".formatted(checks.size())
                        : "%d of %d expectations missed".formatted(missed, checks.size());
    }

    private static String value(Expectations.Check check, StageOutcome stage) {
        if (!stage.metrics().containsKey(check.metric())) {
            return "not measured";
        }
        return Double.isNaN(check.value()) ? "NaN" : Numbers.number(check.value());
    }

    /** @param cells their text, which is escaped; only a cell {@code **no**} stays Markdown */
    private static void row(StringBuilder text, String... cells) {
        for (String cell : cells) {
            text.append("| ")
                    .append(cell.equals("**no**") ? cell : escaped(cell))
                    .append(' ');
        }
        text.append("|\n");
    }

    /** Escapes text so that Markdown shows it unchanged, on one line. */
    private static String escaped(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ").replaceAll("[\\\\`*_\\[\\]<>&|~#]", "\\\\$0");
    }
}
