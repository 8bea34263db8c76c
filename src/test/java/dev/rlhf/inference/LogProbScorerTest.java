package dev.rlhf.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rlhf.base.InputException;
import dev.rlhf.generate.GeneratedCompletion;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.text.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogProbScorerTest {
    @TempDir
    Path folder;

    @Test
    void logProbabilitiesEqualThoseOfSamplingInAnyBatch() throws Exception {
        Path path = TinyModels.llama(folder, 1);
        try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                LanguageModel model = LanguageModel.open(session, path);
                InterruptibleProgress watch = InterruptibleProgress.silent(TestContext.running(), "test", 1)) {
            List<int[]> prompts = new ArrayList<>();
            for (String text : List.of("Who?", "What is the capital of France?", "Where does the river flow to?")) {
                prompts.add(model.prompt(List.of(Message.user(text))));
            }
            List<LogProbScorer.Sequence> sequences = new ArrayList<>();
            List<float[]> own = new ArrayList<>();
            List<List<GeneratedCompletion>> all = model.complete(prompts, 2, model.sampling(0.7, 0, 1, 9, 4), 3, watch);
            for (int i = 0; i < prompts.size(); i++) {
                for (GeneratedCompletion completion : all.get(i)) {
                    sequences.add(LogProbScorer.Sequence.of(prompts.get(i), completion.ids()));
                    own.add(completion.logprobs());
                }
            }
            for (int batch : List.of(1, 4, 100)) {
                List<float[]> scored =
                        new LogProbScorer(session.torch(), batch).logprobs(model.lm(), sequences, 0.7, done -> {});
                for (int i = 0; i < own.size(); i++) {
                    assertThat(scored.get(i)).containsExactly(own.get(i), within(1e-4f));
                }
            }
        }
    }

    @Test
    void aRewardDependsOnPromptCompletionAndEndButNotOnTheBatch() throws Exception {
        Path path = TinyModels.reward(folder.resolve("rm"), TinyModels.gpt2(folder.resolve("lm"), 1), 2);
        List<Message> who = List.of(Message.user("Who?"));
        List<RewardScorer.Scored> all = List.of(
                new RewardScorer.Scored(List.of(Message.user("What is the capital of France?")), "Paris.", true),
                new RewardScorer.Scored(who, "Paris.", true),
                new RewardScorer.Scored(who, "Paris.", false),
                new RewardScorer.Scored(who, "The painter.", true));
        double[] alone = scores(path, 1, all);

        assertThat(scores(path, 8, all)).containsExactly(alone, within(1e-5));
        assertThat(Arrays.stream(alone).map(s -> Math.rint(s * 1e4)).distinct()).hasSize(4);
        assertThatThrownBy(() -> scores(path, 8, List.of(new RewardScorer.Scored(who, "word ".repeat(130), true))))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("128 positions");
    }

    private static double[] scores(Path path, int batchSize, List<RewardScorer.Scored> all) {
        try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                RewardScorer reward = RewardScorer.open(session, path, null, batchSize)) {
            return reward.scoresOfTexts(all, done -> {});
        }
    }
}
