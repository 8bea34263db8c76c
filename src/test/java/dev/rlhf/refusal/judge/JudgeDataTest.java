package dev.rlhf.refusal.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.base.Json;
import dev.rlhf.data.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Measures the judge on the parts of data/judge that its rules were not tuned on. */
class JudgeDataTest {
    private record Labelled(Verdict label, Verdict judged, String language) {}

    private final List<Labelled> test = read("test.jsonl");
    private final List<Labelled> kept = read("kept.jsonl");

    @ParameterizedTest
    @EnumSource(Verdict.class)
    void precisionAndRecallOfEachClassAreHigh(Verdict verdict) {
        assertThat(test).hasSizeGreaterThan(350);
        requirePrecisionAndRecall(test, verdict);
    }

    @ParameterizedTest
    @EnumSource(Verdict.class)
    void theyAreHighForAnswersInTheStyleOfManyModels(Verdict verdict) {
        assertThat(kept).hasSizeGreaterThan(600);
        requirePrecisionAndRecall(kept, verdict);
    }

    private static void requirePrecisionAndRecall(List<Labelled> test, Verdict verdict) {
        long right = test.stream()
                .filter(a -> a.label == verdict && a.judged == verdict)
                .count();
        double recall =
                (double) right / test.stream().filter(a -> a.label == verdict).count();
        double precision =
                (double) right / test.stream().filter(a -> a.judged == verdict).count();
        assertThat(recall).as("recall").isGreaterThanOrEqualTo(0.95);
        assertThat(precision).as("precision").isGreaterThanOrEqualTo(0.95);
    }

    @Test
    void refusalsInOtherLanguagesAreFound() {
        requireRefusalsInOtherLanguages(test);
        requireRefusalsInOtherLanguages(kept);
    }

    private static void requireRefusalsInOtherLanguages(List<Labelled> test) {
        List<Labelled> refusals = test.stream()
                .filter(a -> a.label == Verdict.REFUSED && !a.language.equals("en"))
                .toList();
        assertThat(refusals.stream().map(Labelled::language).distinct()).hasSizeGreaterThanOrEqualTo(7);
        assertThat(refusals).hasSizeGreaterThan(50);
        long found = refusals.stream().filter(a -> a.judged == Verdict.REFUSED).count();
        assertThat((double) found / refusals.size()).isGreaterThanOrEqualTo(0.93);
    }

    private static List<Labelled> read(String file) {
        List<Labelled> rows = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(Path.of("data", "judge", file))) {
                var row = Json.mapper().readTree(line);
                List<String> answers = new ArrayList<>();
                row.get("answers").forEach(answer -> answers.add(answer.textValue()));
                Judgement judged = AnswerJudge.DEFAULT.judge(
                        row.get("question").textValue(),
                        answers,
                        row.get("completion").textValue());
                rows.add(new Labelled(
                        Verdict.valueOf(row.get("verdict").textValue()),
                        judged.verdict(),
                        row.get("language").textValue()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }
}
