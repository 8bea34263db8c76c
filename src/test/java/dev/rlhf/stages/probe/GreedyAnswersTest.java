package dev.rlhf.stages.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rlhf.data.QuestionRow;
import dev.rlhf.generate.GeneratedCompletion;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.Models;
import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GreedyAnswersTest {
    private static final QuestionRow ROW =
            new QuestionRow(null, "Capital of France?", List.of("Paris"), null, Map.of());

    @TempDir
    private Path folder;

    /** A model without a chat format goes on with another question, of which it may be more or less certain. */
    @Test
    void theConfidenceIsThatOfTheAnswer() throws IOException {
        Path path = TinyModels.llama(folder.resolve("base"), 1);
        try (Models models = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                LanguageModel model = LanguageModel.open(models, path, "Q: {prompt}\nA:", null)) {
            int answer = model.tokenizer().encode("\nParis.\n").length;
            int[] ids = model.tokenizer().encode("\nParis.\nQ: Where?\nA: The sea.");
            float[] logprobs = new float[ids.length];
            Arrays.fill(logprobs, 0, answer, -0.5f);
            Arrays.fill(logprobs, answer, ids.length, -3);
            JudgedAnswer judged = judged(model, new GeneratedCompletion(ids, logprobs, false));
            assertThat(judged.text()).isEqualTo("Paris.");
            assertThat(judged.tokens()).isEqualTo(answer);
            assertThat(judged.confidence()).isCloseTo(Math.exp(-0.5), within(1e-6));

            int[] line = model.tokenizer().encode("Paris.");
            float[] certain = new float[line.length];
            assertThat(judged(model, new GeneratedCompletion(line, certain, false))
                            .tokens())
                    .isEqualTo(line.length);
        }
    }

    private static JudgedAnswer judged(LanguageModel model, GeneratedCompletion completion) {
        return GreedyAnswers.judged(model, Answers.of(List.of(ROW), AnswerJudge.DEFAULT), ROW, completion);
    }
}
