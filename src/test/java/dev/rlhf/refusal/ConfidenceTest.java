package dev.rlhf.refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The ends of the scale; the metrics of whole evaluations are in EvalMetricsTest. */
class ConfidenceTest {
    private static final QuestionRow QUESTION =
            new QuestionRow("q", "Capital of France?", List.of("Paris"), null, Map.of());

    private static JudgedAnswer answer(Verdict verdict, double confidence) {
        return new JudgedAnswer(QUESTION, "", verdict, 1, Math.log(confidence), true);
    }

    @Test
    void impossibleAnswersComeBeforeThoseOfUnknownConfidenceAndTheseBeforeRefusals() {
        JudgedAnswer impossible = answer(Verdict.WRONG, 0);
        JudgedAnswer unknown = answer(Verdict.CORRECT, Double.NaN);
        JudgedAnswer refusal = answer(Verdict.REFUSED, 1);
        assertThat(Confidence.riskAt(0.5, List.of(unknown, impossible))).isEqualTo(1);
        assertThat(Confidence.averagePrecision(List.of(refusal, unknown))).isEqualTo(1);
    }

    @Test
    void aShareOfTheQuestionsIsNotRoundedUpForItsRoundingError() {
        assertThat(0.07 * 100).isGreaterThan(7);
        assertThat(Confidence.answersAt(0.07, 100)).isEqualTo(7);
        assertThat(Confidence.answersAt(0.071, 100)).isEqualTo(8);
    }

    /** 0.51 and 0.59 are in one range of ten: |0.55 - 1/2|. A certain answer is in the last range: |1 - 1|. */
    @Test
    void calibrationHasTenRangesAndTheLastContainsOne() {
        List<JudgedAnswer> answers =
                List.of(answer(Verdict.CORRECT, 0.51), answer(Verdict.WRONG, 0.59), answer(Verdict.CORRECT, 1));
        assertThat(Confidence.calibrationError(answers)).isCloseTo(2 * 0.05 / 3, within(1e-12));
        assertThat(Confidence.calibration(answers, 10))
                .extracting(Confidence.Bin::from, Confidence.Bin::to, Confidence.Bin::answers)
                .containsExactly(tuple(0.5, 0.6, 2), tuple(0.9, 1.0, 1));
    }
}
