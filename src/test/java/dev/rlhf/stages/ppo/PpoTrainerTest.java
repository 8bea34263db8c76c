package dev.rlhf.stages.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.generate.GeneratedCompletion;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.PromptEncoder;
import dev.rlhf.inference.RewardScorer;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Parameters;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.rl.Masked;
import dev.rlhf.rl.Moments;
import dev.rlhf.stages.batch.DecodedCompletion;
import dev.rlhf.testing.FlatGradients;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.text.Chat;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.Message;
import dev.rlhf.text.Tokenizer;
import dev.rlhf.train.TrainableModels;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Single updates: how policy, critic and reward model depend on each other. */
class PpoTrainerTest {
    @TempDir
    private Path folder;

    private Path base;
    private Path rewardFolder;
    private Models session;
    private Tokenizer tokenizer;
    private ConversationFormat format;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        base = TinyModels.llama(folder.resolve("base"), 1);
        rewardFolder = TinyModels.reward(folder.resolve("reward"), base, 2);
        session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
        tokenizer = Tokenizer.load(base);
        format = ConversationFormat.of(tokenizer);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
        tokenizer.close();
        session.close();
    }

    private <T extends AutoCloseable> T opened(T one) {
        opened.add(one);
        return one;
    }

    private record Run(PpoTrainer trainer, PpoModels models, PpoOptions options) {}

    /** Returns a trainer with its own models, on prompts of two lengths. */
    private Run run(Object... more) {
        List<Object> all = new ArrayList<>(List.of(
                "output_dir",
                folder.resolve("run"),
                "model_name_or_path",
                base,
                "reward_model_path",
                rewardFolder,
                "dataset",
                base.resolve("config.json"),
                "total_episodes",
                48,
                "rollout_batch_size",
                12,
                "per_device_train_batch_size",
                5,
                "num_ppo_epochs",
                2,
                "response_length",
                8,
                "learning_rate",
                1e-3,
                "lr_scheduler_type",
                "constant",
                "device",
                TestDevice.NAME));
        all.addAll(List.of(more));
        PpoOptions options = Options.of(PpoOptions.class, all.toArray());
        CausalLm policy = opened(TrainableModels.languageModel(session, Checkpoint.weightsOf(base)));
        CausalLm reference = opened(session.frozen(Checkpoint.weightsOf(base)));
        ScalarModel critic = opened(TrainableModels.scalarModel(
                session, Checkpoint.weightsOf(rewardFolder), ScalarModel.HeadInit.STORED, 0));
        ScalarModel reward = opened(TrainableModels.scalarModel(
                session, Checkpoint.weightsOf(rewardFolder), ScalarModel.HeadInit.STORED, 0));
        if (options.critic().critic_init().equals("zero")) {
            critic.zeroHead();
        }
        PpoModels models = new PpoModels(policy, reference, critic, reward);
        int responseLength =
                Objects.requireNonNullElse(options.rollout().response_length(), PpoOptions.RESPONSE_LENGTH);
        PpoPrompts prompts =
                new PpoPrompts(List.of(new int[] {3, 4}, new int[] {5}, new int[] {6, 7, 8}), responseLength);
        EpisodeSampler sampler = new EpisodeSampler(session.torch(), options, policy, format, prompts);
        return new Run(
                opened(new PpoTrainer(
                        session.torch(),
                        options,
                        models,
                        sampler::rollOut,
                        Optional.empty(),
                        responseLength,
                        tokenizer)),
                models,
                options);
    }

    /** Responses end at different lengths, so the sizes of padded passes differ as those of packed ones do. */
    @Test
    void thePlanAllowsForPassesOfDifferentSizes() {
        long packed = planned("padding_free", true);
        assertThat(planned("padding_free", false)).isCloseTo(packed, withinPercentage(3));
    }

    private long planned(Object... more) {
        List<Object> all = new ArrayList<>(
                List.of("total_episodes", 2000, "rollout_batch_size", 2000, "per_device_train_batch_size", 2000));
        all.addAll(List.of(more));
        Run run = run(all.toArray());
        PpoPrompts prompts = new PpoPrompts(List.of(new int[] {3, 4}), 100);
        PrintStream console = new PrintStream(OutputStream.nullOutputStream());
        return run.models()
                .checkMemory(session.torch(), run.options(), prompts, console)
                .planned();
    }

    /** Returns the rollout of given episodes, with the run's options. */
    private PpoTrainer.Rollout rollout(Run run, List<Episode> episodes) {
        List<PpoTrainer.Rollout> seen = new ArrayList<>();
        PpoTrainer trainer = recording(run, episodes, seen);
        trainer.step(1, false);
        return seen.getFirst();
    }

    /** Returns a trainer that adds the rollouts of these episodes to {@code seen} and changes no model. */
    private PpoTrainer recording(Run run, List<Episode> episodes, List<PpoTrainer.Rollout> seen) {
        return opened(
                new PpoTrainer(
                        session.torch(),
                        run.options(),
                        run.models(),
                        update -> episodes,
                        Optional.empty(),
                        8,
                        tokenizer) {
                    @Override
                    List<MiniBatch> clippedSteps(long update, Rollout rollout) {
                        seen.add(rollout);
                        return List.of();
                    }
                });
    }

    /** The target is 0.001 nats and the horizon 4 episodes, of which an update has 2. */
    @Test
    void theAdaptedBetaIsInTheRewardsOfTheNextUpdateAndInTheSavedState() {
        Run run = run("kl_coef", 0.5, "kl_target", 0.001, "kl_horizon", 4);
        NDArray head = run.models().policy().parameters().get("model.norm.weight");
        session.torch()
                .kernels()
                .invoke("assign", head, head.mul(session.torch().floats(new float[] {2})));
        List<Episode> episodes = List.of(
                new Episode(new int[] {3, 4}, new int[] {5, 6, 7}, true),
                new Episode(new int[] {3}, new int[] {9, 8}, true));
        List<PpoTrainer.Rollout> seen = new ArrayList<>();
        PpoTrainer trainer = recording(run, episodes, seen);
        Map<String, Double> first = Map.copyOf(trainer.step(1, false));
        Map<String, Double> second = Map.copyOf(trainer.step(2, false));
        double kl = first.get("objective/kl");
        assertThat(Math.abs(kl)).isGreaterThan(0.002); // so that the error is clipped to 0.2
        double adapted = 0.5 * (1 + Math.signum(kl) * 0.2 * 2 / 4);
        assertThat(first.get("kl_coef")).isEqualTo(0.5);
        assertThat(second.get("kl_coef")).isCloseTo(adapted, within(1e-12));
        for (int update = 0; update < 2; update++) {
            PpoTrainer.Rollout rollout = seen.get(update);
            assertThat((double) rollout.rewards()[0][0])
                    .isCloseTo(-(update == 0 ? 0.5 : adapted) * rollout.kl()[0][0], within(1e-6));
        }
        ObjectNode counters = Json.mapper().createObjectNode();
        trainer.saveCounters(counters);
        PpoTrainer resumed = recording(run, episodes, seen);
        resumed.restoreCounters(counters);
        assertThat(resumed.step(3, false).get("kl_coef"))
                .isCloseTo(adapted * (1 + Math.signum(kl) * 0.2 * 2 / 4), within(1e-12));
    }

    @Test
    void aPassWhoseMeanApproxKlExceedsOneAndAHalfTargetsIsTheLast() {
        List<PpoTrainer.MiniBatch> all = steps();
        assertThat(all).hasSize(6); // three passes of two minibatches
        double first = passMean(all, 0);
        double second = passMean(all, 1);
        assertThat(second).isGreaterThan(1.1 * first);
        assertThat(steps("target_kl", 0.98 * second / 1.5)).hasSize(4);
        assertThat(steps("target_kl", 1.02 * second / 1.5)).hasSize(6);
    }

    private static double passMean(List<PpoTrainer.MiniBatch> all, int pass) {
        return IntStream.of(2 * pass, 2 * pass + 1)
                .mapToDouble(i ->
                        Objects.requireNonNull(all.get(i).losses().policy()).approxkl())
                .average()
                .orElseThrow();
    }

    /** Returns the clipped steps of an update of three passes over two minibatches. */
    private List<PpoTrainer.MiniBatch> steps(Object... more) {
        List<Object> all = new ArrayList<>(List.of("num_ppo_epochs", 3, "num_mini_batches", 2));
        all.addAll(List.of(more));
        Run run = run(all.toArray());
        List<Episode> episodes = IntStream.of(8, 5, 7, 6)
                .mapToObj(n -> new Episode(
                        new int[] {3, 4},
                        IntStream.range(0, n).map(i -> 5 + (3 * i + n) % 40).toArray(),
                        true))
                .toList();
        return run.trainer().clippedSteps(1, rollout(run, episodes));
    }

    @Test
    void everyPassOfEveryUpdateCutsTheEpisodesIntoOtherMinibatches() {
        Run run = run("num_ppo_epochs", 3, "num_mini_batches", 2);
        List<Episode> episodes = IntStream.range(0, 11)
                .mapToObj(i -> new Episode(new int[] {3, 4}, new int[] {5 + i}, true))
                .toList();
        List<List<Integer>> minibatches = new ArrayList<>();
        PpoTrainer trainer = opened(
                new PpoTrainer(
                        session.torch(),
                        run.options(),
                        run.models(),
                        update -> episodes,
                        Optional.empty(),
                        8,
                        tokenizer) {
                    @Override
                    Losses backward(Rollout rollout, int[] rows, boolean trainPolicy) {
                        minibatches.add(IntStream.of(rows).boxed().toList());
                        return super.backward(rollout, rows, trainPolicy);
                    }
                });
        trainer.step(1, false);
        trainer.step(2, false);
        assertThat(minibatches).hasSize(12).doesNotHaveDuplicates();
        for (int i = 0; i < 12; i += 2) {
            assertThat(minibatches.get(i)).hasSize(5);
            assertThat(Stream.of(i, i + 1).flatMap(part -> minibatches.get(part).stream()))
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 11).boxed().toList());
        }
    }

    private static float[] weights(CausalLm model) {
        return flat(model.parameters().map());
    }

    private static float[] flat(Map<String, NDArray> parameters) {
        List<float[]> parts =
                parameters.values().stream().map(NDArray::toFloatArray).toList();
        float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    @Test
    void theFirstStepAfterTheWarmUpIsThatOfARunThatWasGivenItsCritic() {
        Run warmed = run("critic_warmup_updates", 2, "weight_decay", 0.1, "num_mini_batches", 2);
        float[] start = weights(warmed.models().policy());
        warmed.trainer().step(1, true);
        warmed.trainer().step(2, true);
        assertThat(weights(warmed.models().policy())).containsExactly(start);

        Run given = run("weight_decay", 0.1, "num_mini_batches", 2);
        given.models()
                .critic()
                .parameters()
                .map()
                .forEach((name, tensor) -> session.torch()
                        .kernels()
                        .invoke(
                                "assign",
                                tensor,
                                warmed.models().critic().parameters().get(name)));
        warmed.trainer().step(3, true);
        given.trainer().step(3, true);
        assertThat(weights(warmed.models().policy()))
                .isNotEqualTo(start)
                .containsExactly(weights(given.models().policy()));
    }

    @Test
    void theScaleOfTheValueLossDoesNotTouchThePolicysStep() {
        Run small = run("vf_coef", 0.1);
        Run large = run("vf_coef", 100);
        small.trainer().step(1, true);
        Map<String, Double> metrics = large.trainer().step(1, true);
        assertThat(metrics.get("grad_norm/critic")).isGreaterThan(10 * metrics.get("grad_norm/policy"));
        assertThat(weights(large.models().policy()))
                .containsExactly(weights(small.models().policy()));
    }

    @Test
    void aRewardThirtyTimesAsLargeMovesThePolicyAsFar() {
        for (boolean whiten : new boolean[] {true, false}) {
            Run plain = run("critic_init", "zero", "whiten_advantages", whiten, "max_grad_norm", 1e-3);
            Run scaled = run("critic_init", "zero", "whiten_advantages", whiten, "max_grad_norm", 1e-3);
            NDArray head = scaled.models().reward().parameters().get("score.weight");
            session.torch()
                    .kernels()
                    .invoke("assign", head, head.mul(session.torch().floats(new float[] {30})));
            Map<String, Double> one = plain.trainer().step(1, true);
            Map<String, Double> thirty = scaled.trainer().step(1, true);
            assertThat(thirty.get("objective/scores")).isCloseTo(30 * one.get("objective/scores"), within(1e-3));
            assertThat(thirty.get("policy/approxkl_avg"))
                    .isCloseTo(one.get("policy/approxkl_avg"), within(2e-3 * one.get("policy/approxkl_avg")));
        }
    }

    @Test
    void aCriticWithAZeroHeadSaysZeroWhateverTheRewardModelsMean() throws IOException {
        rewardFolder = TinyModels.reward(folder.resolve("shifted"), base, 2, 2.5);
        Run run = run("critic_init", "zero");
        Evaluation evaluation =
                run.trainer().evaluate(List.of(new Episode(new int[] {3, 4}, new int[] {5, 6, 7}, true)));
        assertThat(evaluation.values()[0]).containsExactly(0, 0, 0);
        assertThat(run.models().critic().mean()).isZero();
        assertThat(run.models().reward().mean()).isEqualTo(2.5);
    }

    @Test
    void aResponseIsFullAtResponseLengthNotAtTheBatchsLongest() {
        Run run = run("reward_position", "after_eos", "kl_coef", 0);
        List<Episode> episodes = List.of(
                new Episode(new int[] {3, 4}, new int[] {5, 6, 7}, true),
                new Episode(new int[] {3}, new int[] {9}, true),
                new Episode(new int[] {5}, new int[] {9, 9, 9, 9, 9, 9, 9, 9}, false));
        for (int rows : new int[] {2, 3}) { // without the full row, and with it
            List<Episode> some = episodes.subList(0, rows);
            PpoTrainer.Rollout rollout = rollout(run, some);
            assertThat(rollout.evaluation().valueLengths()).startsWith(4, 2);
            for (int b = 0; b < rows; b++) {
                int last = new int[] {3, 1, 7}[b];
                assertThat(rollout.rewards()[b]).hasSize(last + 1);
                assertThat(rollout.rewards()[b][last]).isEqualTo(rollout.scores()[b]);
                assertThat(rollout.gae().returns()[b][last]).isCloseTo(rollout.scores()[b], within(1e-5f));
            }
        }
    }

    @Test
    void whitenedRewardsHaveVarianceOneAndTheirMeanOverTheSlotsThatCarryRewards() {
        List<Episode> episodes = List.of(
                new Episode(new int[] {3, 4}, new int[] {5, 6, 7}, true),
                new Episode(new int[] {3}, new int[] {9}, true));
        for (String position : List.of("eos", "after_eos")) {
            Run raw = run("reward_position", position);
            Run whitened = run("reward_position", position, "whiten_rewards", true);
            PpoTrainer.Rollout plain = rollout(raw, episodes);
            PpoTrainer.Rollout scaled = rollout(whitened, episodes);
            Moments before = Masked.moments(plain.rewards(), plain.evaluation().valueLengths());
            Moments after = Masked.moments(scaled.rewards(), scaled.evaluation().valueLengths());
            assertThat(before.count()).isEqualTo(position.equals("eos") ? 4 : 6);
            assertThat(after.mean()).isCloseTo(before.mean(), within(1e-5));
            assertThat(after.variance()).isCloseTo(1, within(1e-4));
        }
    }

    @Test
    void aResponseThatDoesNotEndHasItsScoreReplacedOrReduced() {
        List<Episode> episodes = List.of(
                new Episode(new int[] {3, 4}, new int[] {5, 6, 7}, true),
                new Episode(new int[] {3}, new int[] {9}, false));
        Run keep = run();
        Evaluation evaluation = keep.trainer().evaluate(episodes);
        float[] raw = evaluation.scores();
        assertThat(rollout(keep, episodes).scores()).containsExactly(raw);
        assertThat(rollout(run("missing_eos_score", -3), episodes).scores()).containsExactly(raw[0], -3);
        assertThat(rollout(run("missing_eos_penalty", 2), episodes).scores()).containsExactly(raw[0], raw[1] - 2);
    }

    @Test
    void oneTextHasOneScoreInPpoEvalAndBestOfWhetherItEndedOrWasCut() {
        Run run = run();
        Chat asked = Chat.of(List.of(Message.user("Where does the river flow?")));
        int[] prompt = format.prompt(asked);
        int[] words = tokenizer.encodeContinuation("The river flows into");
        int[] withEnd = IntStream.concat(IntStream.of(words), IntStream.of(format.endId()))
                .toArray();
        float[] scores = run.trainer()
                .evaluate(List.of(new Episode(prompt, words, false), new Episode(prompt, withEnd, true)))
                .scores();
        assertThat(scores[0]).isNotEqualTo(scores[1]);
        try (RewardScorer reward = RewardScorer.open(session, rewardFolder, null, 2);
                PromptEncoder tokens = PromptEncoder.open(rewardFolder, false)) {
            for (boolean ended : new boolean[] {false, true}) {
                int[] ids = ended ? withEnd : words;
                GeneratedCompletion completion = new GeneratedCompletion(ids, new float[ids.length], ended);
                DecodedCompletion written = DecodedCompletion.of(completion, tokenizer, null);
                String text = Objects.requireNonNull(written.text());
                double inEval = reward.scoresOfTexts(
                                List.of(new RewardScorer.Scored(asked, text, completion.stopped())), done -> {})[0];
                assertThat(inEval).isCloseTo(scores[ended ? 1 : 0], within(1e-6));
                assertThat(tokens.answered(asked, text, written.ended()))
                        .isEqualTo(IntStream.concat(IntStream.of(prompt), IntStream.of(ids))
                                .toArray());
            }
        }
    }

    @Test
    void episodesOfSimilarLengthTogetherGiveTheSameGradients() {
        List<Episode> episodes = IntStream.of(8, 1, 7, 2, 3, 8, 1, 6)
                .mapToObj(n -> new Episode(
                        IntStream.range(0, 1 + n % 3).map(i -> 3 + i).toArray(),
                        IntStream.range(0, n).map(i -> 5 + (3 * i + n) % 40).toArray(),
                        n < 8))
                .toList();
        int[] rows = IntStream.range(0, episodes.size()).toArray();
        Run whole = run("per_device_train_batch_size", 12);
        PpoTrainer.Rollout rollout = rollout(whole, episodes);
        PpoTrainer.Losses expected = whole.trainer().backward(rollout, rows, true);
        float[] policy = gradients(whole.models().policy().parameters());
        float[] critic = gradients(whole.models().critic().parameters());
        for (Object[] options : new Object[][] {
            {"per_device_train_batch_size", 3},
            {"per_device_train_batch_size", 12, "max_tokens_per_batch", 20},
            {"per_device_train_batch_size", 1},
            {"per_device_train_batch_size", 12, "padding_free", true},
            {"per_device_train_batch_size", 12, "padding_free", true, "max_tokens_per_batch", 20}
        }) {
            Run cut = run(options);
            PpoTrainer.Losses losses = cut.trainer().backward(rollout, rows, true);
            assertThat(FlatGradients.distance(gradients(cut.models().policy().parameters()), policy))
                    .isLessThan(1e-5);
            assertThat(FlatGradients.distance(gradients(cut.models().critic().parameters()), critic))
                    .isLessThan(1e-5);
            assertThat(losses.value().tokens()).isEqualTo(expected.value().tokens());
            Evaluation evaluation = cut.trainer().evaluate(episodes); // in the order of the episodes
            for (int b : rows) {
                assertThat(evaluation.logp()[b])
                        .containsExactly(rollout.evaluation().logp()[b], within(1e-5f));
                assertThat(evaluation.values()[b])
                        .containsExactly(rollout.evaluation().values()[b], within(1e-5f));
                assertThat(evaluation.scores()[b])
                        .isCloseTo(rollout.evaluation().scores()[b], within(1e-5f));
            }
        }
    }

    private float[] gradients(Parameters parameters) {
        return FlatGradients.take(session.torch(), parameters);
    }
}
