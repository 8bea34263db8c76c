package dev.rlhf.stages.probe;

import dev.rlhf.refusal.Confidence;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.refusal.Knowledge;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes the data card of a probe: the source of its files, the rules that made them, and statistics. */
final class ProbeDataCard {
    static final String FILE = "data-card.md";

    private static final int BINS = 10;

    private ProbeDataCard() {}

    /** Returns the card in Markdown. */
    static String of(ProbeOptions options, List<ProbedQuestion> probed, Map<String, Double> metrics) {
        StringBuilder card = new StringBuilder();
        line(card, "# Data written by `rlhf probe`");
        line(card, "");
        source(card, options);
        line(
                card,
                "Each question was answered greedily and, if it has an answer, %d times by sampling (temperature %s,"
                        + " top-p %s, seed %d).",
                options.num_samples(),
                options.sampling().temperature(),
                options.nucleus().top_p(),
                options.sampling().completion().seed());
        line(card, "");
        decisions(card, options);
        line(
                card,
                "The answers were judged by %s, not by people. Right answers are the model's own words;"
                        + " refusals were written from templates. Licence and origin are those of the %s and"
                        + " of the model.",
                options.judge().questions() != null ? "rules" : "a model and rules",
                options.judge().questions() != null ? "questions" : "documents");
        line(card, "");
        files(card, probed.size(), metrics);
        groups(card, probed, "kind");
        groups(card, probed, "split");
        calibration(card, probed);
        return card.toString();
    }

    private static void decisions(StringBuilder card, ProbeOptions options) {
        line(card, "- known: the greedy answer is correct, and at least %s of the samples are", options.known_share());
        line(
                card,
                "- unknown: the greedy answer is not correct, and at most %s of the samples are; and every question"
                        + " without an answer",
                options.unknown_share());
        if (options.judge().questions() == null) {
            line(
                    card,
                    "  (in addition: the greedy answer, and at least %s of the samples, are informative and wrong)",
                    options.known_share());
        }
        line(card, "- unsure: the rest; and a question whose answer the model knows in other words");
        line(card, "");
    }

    private static void files(StringBuilder card, int questions, Map<String, Double> metrics) {
        line(card, "| file | rows | content |");
        line(card, "|---|--:|---|");
        line(card, "| `%s` | %d | every question with the decision and its evidence |", Probe.KNOWLEDGE, questions);
        line(
                card,
                "| `%s` | %.0f | known questions with a right answer, to fine-tune on |",
                Probe.KNOWN,
                Objects.requireNonNull(metrics.get("known_rows")));
        line(
                card,
                "| `%s` | %.0f | unknown questions with a refusal, to fine-tune on |",
                Probe.REFUSALS,
                Objects.requireNonNull(metrics.get("refusals")));
        line(
                card,
                "| `%s` | %.0f | an answer and a refusal of each, as pairs for a reward model: as many of known as of"
                        + " unknown questions, so %.0f were left out |",
                Probe.PAIRS,
                Objects.requireNonNull(metrics.get("pairs")),
                Objects.requireNonNull(metrics.get("pairs_left_out")));
        line(
                card,
                "| `%s` | | questions in between; training on them would teach guessing or refusing what is known |",
                Probe.UNSURE);
        line(card, "");
    }

    private static void source(StringBuilder card, ProbeOptions options) {
        String model = options.model().model_name_or_path().toString();
        if (options.judge().questions() != null) {
            line(card, "Model: `%s`. Questions: `%s`.", model, options.judge().questions());
            return;
        }
        DocumentOptions raw = options.raw();
        line(
                card,
                "Model: `%s`. Documents: `%s`, in snippets of up to %d words. Questions on them were written by `%s`;"
                        + " answers were judged by `%s`, with the snippet as reference.",
                model,
                Objects.requireNonNull(raw.documents()),
                raw.snippet_words(),
                raw.question_writer() == null ? model : raw.question_writer(),
                raw.judge_model() == null ? model : raw.judge_model());
    }

    private static void groups(StringBuilder card, List<ProbedQuestion> probed, String key) {
        Map<String, List<ProbedQuestion>> groups = probed.stream()
                .filter(q -> q.question().meta().containsKey(key))
                .collect(Collectors.groupingBy(
                        q -> q.question().meta().getOrDefault(key, ""), TreeMap::new, Collectors.toList()));
        if (groups.isEmpty()) {
            return;
        }
        line(card, "| `meta.%s` | questions | known | unsure | unknown | without an answer |", key);
        line(card, "|---|--:|--:|--:|--:|--:|");
        groups.forEach((value, questions) -> line(
                card,
                "| %s | %d | %d | %d | %d | %d |",
                value,
                questions.size(),
                count(questions, Knowledge.KNOWN),
                count(questions, Knowledge.UNSURE),
                count(questions, Knowledge.UNKNOWN),
                questions.stream().filter(q -> !q.answerable()).count()));
        line(card, "");
    }

    private static long count(List<ProbedQuestion> questions, Knowledge knowledge) {
        return questions.stream()
                .filter(q -> q.answerable() && q.knowledge() == knowledge)
                .count();
    }

    private static void calibration(StringBuilder card, List<ProbedQuestion> probed) {
        List<JudgedAnswer> answers = probed.stream()
                .filter(ProbedQuestion::answerable)
                .map(ProbedQuestion::greedy)
                .toList();
        line(
                card,
                "Confidence (geometric mean of the token probabilities) of the greedy answers to questions with an"
                        + " answer, and the share of right ones:");
        line(card, "");
        line(card, "| confidence | answers | mean | right |");
        line(card, "|---|--:|--:|--:|");
        for (Confidence.Bin bin : Confidence.calibration(answers, BINS)) {
            line(
                    card,
                    "| %.1f to %.1f | %d | %.2f | %.2f |",
                    bin.from(),
                    bin.to(),
                    bin.answers(),
                    bin.confidence(),
                    bin.right());
        }
    }

    @SuppressWarnings("AnnotateFormatMethod") // its annotation is no dependency of this project
    private static void line(StringBuilder card, String format, Object... values) {
        card.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
