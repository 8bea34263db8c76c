package dev.rlhf.report.html;

import dev.rlhf.report.console.Numbers;
import dev.rlhf.report.log.RunFiles;
import dev.rlhf.report.log.SampleRow;
import java.util.List;
import java.util.Optional;

/** Samples side by side. Pure functions; prompts and completions are always shown as plain text. */
final class SampleViews {
    private static final int MOST = 10;

    private SampleViews() {}

    /** Returns the last samples of a run, each beside the first sample of the same prompt. */
    public static Element firstAndLast(List<RunFiles.Samples> samples) {
        Element cards = Element.of("div");
        if (samples.isEmpty()) {
            return cards;
        }
        RunFiles.Samples last = samples.getLast();
        for (SampleRow row : last.rows().stream().limit(MOST).toList()) {
            Element answers = Element.of("div", "answers");
            if (samples.size() > 1) {
                samples.getFirst().rows().stream()
                        .filter(earlier -> earlier.prompt().equals(row.prompt()))
                        .findFirst()
                        .ifPresent(earlier ->
                                answers.add(answer(step(samples.getFirst()), earlier.completion(), metrics(earlier))));
            }
            cards.add(card(row.prompt(), answers.add(answer(step(last), row.completion(), metrics(row)))));
        }
        return cards;
    }

    /** Returns the completions of each model for the same prompts. */
    public static Element comparison(List<SampleComparison> samples) {
        Element cards = Element.of("div");
        for (SampleComparison sample : samples.stream().limit(MOST).toList()) {
            Element answers = Element.of("div", "answers");
            sample.completions().forEach((model, text) -> answers.add(answer(model, text, "")));
            cards.add(card(sample.prompt(), answers));
        }
        return cards;
    }

    private static Element card(String prompt, Element answers) {
        return Element.of("article", "sample")
                .add(Element.of("p", "prompt").text(prompt.strip()))
                .add(answers);
    }

    private static Element answer(String title, String text, String metrics) {
        Element shown = text.isBlank()
                ? Element.of("p", "completion quiet").text("(empty)")
                : Element.of("p", "completion").text(text.strip());
        Element head = Element.of("h3").text(title);
        if (!metrics.isEmpty()) {
            head.add(Element.of("span", "quiet").text(metrics));
        }
        return Element.of("div").add(head, shown);
    }

    private static String step(RunFiles.Samples samples) {
        return "step " + Numbers.number((double) samples.step());
    }

    private static String metrics(SampleRow row) {
        StringBuilder text = new StringBuilder(row.length() + " tokens");
        Optional.ofNullable(row.score())
                .ifPresent(score -> text.append(" · score ").append(Numbers.number(score)));
        Optional.ofNullable(row.kl()).ifPresent(kl -> text.append(" · KL ").append(Numbers.number(kl)));
        return text.toString();
    }
}
