package dev.rlhf.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rlhf.base.InputException;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.rl.Moments;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.text.Chat;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.Message;
import dev.rlhf.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardModelTest {
    @TempDir
    private Path folder;

    private Path base;
    private Path rankings;

    @BeforeEach
    void make() throws IOException {
        base = TinyModels.llama(folder.resolve("base"), 1);
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            rows.append("""
                    {"id": "t%d", "prompt": "Which city is it? %d", "completions": [{"id": "a", "text": "Paris."}, \
                    {"id": "b", "text": "The sea."}, {"id": "c", "text": "I don't know."}], \
                    "rankings": [{"labeler": "one", "ranks": [1, 3, 2]}, {"labeler": "two", "ranks": [1, 2, 2]}]}
                    """.formatted(i, i));
        }
        rankings = Files.writeString(folder.resolve("rankings.jsonl"), rows.toString());
    }

    private RewardOptions options(Object... more) {
        List<Object> all = new ArrayList<>(List.of(
                "output_dir",
                folder.resolve("run"),
                "model_name_or_path",
                base,
                "dataset",
                rankings,
                "eval_fraction",
                0.25,
                "per_device_train_batch_size",
                2,
                "max_length",
                64,
                "learning_rate",
                1e-2,
                "max_steps",
                40,
                "device",
                "cpu"));
        all.addAll(List.of(more));
        return Options.of(RewardOptions.class, all.toArray());
    }

    @Test
    void learnsTheOrderAndCentresTheScores() throws IOException {
        StageResult result = new RewardModel().run(options(), TestContext.running());
        assertThat(result.figures().get("eval_accuracy")).isEqualTo(1.0);
        Path model = folder.resolve("run/model");
        try (Session session = Session.open("cpu", "float32");
                Tokenizer tokenizer = Tokenizer.load(model);
                ScalarModel reward = session.rewardModel(model)) {
            ConversationFormat format = Session.format(tokenizer);
            Chat prompt = Chat.of(List.of(Message.user("Which city is it? 3")));
            List<int[]> sequences = new ArrayList<>();
            for (String text : List.of("Paris.", "I don't know.", "The sea.")) {
                sequences.add(format.answered(prompt, text, true));
            }
            float[] scores = ScoreBatch.of(session.torch(), reward, sequences, 8);
            assertThat(scores[0]).isGreaterThan(scores[1]);
            assertThat(scores[1]).isGreaterThan(scores[2]);
            assertThat((double) (scores[0] + scores[1] + scores[2]) / 3).isCloseTo(0, within(0.2));
            float[] oneByOne = new float[3];
            for (int i = 0; i < 3; i++) {
                oneByOne[i] = ScoreBatch.of(session.torch(), reward, sequences.subList(i, i + 1), 1)[0];
            }
            assertThat(oneByOne).containsExactly(scores, within(1e-5f));
        }
    }

    @Test
    void whatTheSftModelWroteAveragesZeroAndOtherCompletionsDoNotCount() throws IOException {
        Files.writeString(
                rankings,
                Files.readString(rankings)
                        .replace("\"text\": \"Paris.\"", "\"text\": \"Paris.\", \"model\": \"" + base + "\"")
                        .replace("\"The sea.\"", "\"The sea.\", \"model\": \"another\""));
        TestContext context = TestContext.running();
        StageResult result = new RewardModel().run(options("eval_fraction", 0), context);
        assertThat(context.printed())
                .contains("the mean over the 8 ranked completions, of 24, that " + base + " wrote");
        Moments own = scores(folder.resolve("run/model"), "Paris.");
        assertThat(own.mean()).isCloseTo(0, within(1e-5));
        assertThat(own.std()).isCloseTo(result.figures().get("reward_std"), within(1e-5));
        assertThat(Math.abs(scores(folder.resolve("run/model"), "The sea.").mean()))
                .isGreaterThan(0.5);
    }

    @Test
    void allRankedCompletionsAverageZeroWhereNoneNamesTheSftModel() throws IOException {
        TestContext context = TestContext.running();
        StageResult result = new RewardModel().run(options("eval_fraction", 0), context);
        assertThat(context.printed()).contains("the mean over all 24 ranked completions, because none names " + base);
        Moments all = scores(folder.resolve("run/model"), "Paris.", "The sea.", "I don't know.");
        assertThat(all.mean()).isCloseTo(0, within(1e-5));
        assertThat(all.std()).isCloseTo(result.figures().get("reward_std"), within(1e-5));
    }

    private static Moments scores(Path model, String... texts) {
        try (Session session = Session.open("cpu", "float32");
                OpenReward reward = OpenReward.open(session, model, 8)) {
            List<OpenReward.Scored> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                for (String text : texts) {
                    all.add(new OpenReward.Scored(List.of(Message.user("Which city is it? " + i)), text, true));
                }
            }
            Moments moments = Moments.NONE;
            for (double score : reward.scores(all)) {
                moments = moments.plus(score);
            }
            return moments;
        }
    }

    @Test
    void aModelWhoseEveryUpdateIsLeftOutIsAFailureAndIsNotSaved() throws IOException {
        TinyModels.poison(base, "model.norm.weight", 0);
        assertThatThrownBy(() -> new RewardModel().run(options("max_steps", 3), TestContext.running()))
                .isInstanceOf(FailedRunException.class)
                .hasMessageContaining("none of the 3 updates was applied");
        assertThat(folder.resolve("run/model")).doesNotExist();
    }

    @Test
    void allTiedIsRefused() throws IOException {
        Files.writeString(
                rankings,
                "{\"id\": \"t\", \"prompt\": \"Who?\", \"completions\": [{\"id\": \"a\", \"text\": \"x\"}, {\"id\": \"b\", \"text\": \"y\"}],"
                        + " \"rankings\": [{\"labeler\": \"one\", \"ranks\": [1, 1]}]}\n");
        assertThatThrownBy(() -> new RewardModel().run(options(), TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("nothing to learn");
    }

    @Test
    void eitherDbOrDataset() {
        assertThatThrownBy(() -> options("db", rankings))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("give either db");
    }

    @Test
    void aConsensusIsOneOrderAPromptAndTeachesWhatTheMajoritySays() throws IOException {
        Files.writeString(
                rankings,
                Files.readString(rankings)
                        .replace("\"rankings\": [", "\"rankings\": [{\"labeler\": \"three\", \"ranks\": [3, 1, 2]}, "));
        StageResult all = new RewardModel().run(options("output_dir", folder.resolve("all")), TestContext.running());
        for (String method : List.of("ranked_pairs", "bradley_terry")) {
            StageResult common = new RewardModel()
                    .run(
                            options(
                                    "output_dir",
                                    folder.resolve(method),
                                    "preference_source",
                                    "consensus",
                                    "consensus_method",
                                    method),
                            TestContext.running());
            // Two of three put Paris first: against all pairs nobody can be right always, against the common order one
            // can.
            assertThat(common.figures().get("eval_accuracy")).isEqualTo(1.0);
        }
        assertThat(all.figures().get("eval_accuracy")).isLessThan(1.0);
    }
}
