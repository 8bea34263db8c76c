package dev.rlhf.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.stage.Stage;
import dev.rlhf.stages.batch.Generate;
import dev.rlhf.stages.batch.GenerateOptions;
import dev.rlhf.stages.batch.Logprobs;
import dev.rlhf.stages.batch.Score;
import dev.rlhf.stages.batch.ScoringOptions;
import dev.rlhf.stages.chat.ChatOptions;
import dev.rlhf.stages.chat.TerminalChat;
import dev.rlhf.stages.eval.Eval;
import dev.rlhf.stages.eval.EvalOptions;
import dev.rlhf.stages.ppo.Ppo;
import dev.rlhf.stages.ppo.PpoOptions;
import dev.rlhf.stages.probe.Probe;
import dev.rlhf.stages.probe.ProbeOptions;
import dev.rlhf.stages.rank.Sample;
import dev.rlhf.stages.rank.SampleOptions;
import dev.rlhf.stages.reward.Reward;
import dev.rlhf.stages.reward.RewardOptions;
import dev.rlhf.stages.supervised.Pretrain;
import dev.rlhf.stages.supervised.PretrainOptions;
import dev.rlhf.stages.supervised.Sft;
import dev.rlhf.stages.supervised.SftOptions;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.text.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointTest {
    @TempDir
    private Path folder;

    private Path good;
    private Path rows;
    private Path questions;
    private Path rankings;
    private Path texts;
    private Path prompts;

    @BeforeEach
    void make() throws IOException {
        good = TinyModels.llama(folder.resolve("good"), 1);
        rows = write("rows.jsonl", "{\"prompt\": \"Who?\", \"response\": \"Paris.\"}\n");
        prompts = write("prompts.jsonl", "{\"prompt\": \"Who?\"}\n");
        texts = write("texts.txt", "The river flows into the sea. ".repeat(40));
        questions = write("questions.jsonl", "{\"id\": \"q\", \"question\": \"Who?\", \"answers\": [\"Paris\"]}\n");
        rankings = write("rankings.jsonl", """
                {"id": "t", "prompt": "Who?", "completions": [{"id": "a", "text": "Paris."}, {"id": "b", "text": "The sea."}], \
                "rankings": [{"labeler": "one", "ranks": [1, 2]}]}
                """);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /**
     * Adds a token to the end of the vocabulary, as {@code add_tokens} does without {@code resize_token_embeddings}.
     */
    private static Path withOneTokenMore(Path model) throws IOException {
        Path file = model.resolve("tokenizer.json");
        ObjectNode json = (ObjectNode) Json.mapper().readTree(file.toFile());
        ObjectNode added = ((ObjectNode) json.path("added_tokens").get(0)).deepCopy();
        json.withArray("added_tokens").add(added.put("id", size(model)).put("content", "<|one_more|>"));
        Files.writeString(file, json.toString());
        return model;
    }

    private static int size(Path model) {
        try (Tokenizer tokenizer = Tokenizer.load(model)) {
            return tokenizer.vocabSize();
        }
    }

    private <O extends Record> void assertRefused(Stage<O> stage, Class<O> type, Path wide, int size, Object... more) {
        List<Object> all = new ArrayList<>(List.of("device", TestDevice.NAME));
        all.addAll(List.of(more));
        TestContext context = TestContext.running();
        ThrowingCallable run = () -> stage.run(Options.of(type, all.toArray()), context);
        assertThatThrownBy(run)
                .as(type.getSimpleName())
                .isInstanceOf(InputException.class)
                .hasMessage(
                        ("%s: the tokenizer has %d tokens and the model only %d; use the tokenizer that the model was"
                                        + " trained with, or give the model more embeddings (transformers:"
                                        + " model.resize_token_embeddings(%d))")
                                .formatted(wide, size + 1, size, size + 1));
        assertThat(folder.resolve("out/metrics.jsonl")).doesNotExist();
    }

    @Test
    void everyStageRefusesATokenizerWithMoreTokensThanTheModelHas() throws IOException {
        Path wide = withOneTokenMore(TinyModels.llama(folder.resolve("wide"), 1));
        Path wideReward = withOneTokenMore(TinyModels.reward(folder.resolve("wide-reward"), good, 2));
        Path reward = TinyModels.reward(folder.resolve("reward"), good, 2);
        int size = size(good);
        Path out = folder.resolve("out");
        Path output = folder.resolve("out.jsonl");
        Object[] trained = {"model_name_or_path", wide, "output_dir", out};

        assertRefused(
                new Pretrain(), PretrainOptions.class, wide, size, with(trained, "dataset", texts, "split", "none"));
        assertRefused(new Sft(), SftOptions.class, wide, size, with(trained, "dataset", rows, "max_length", 64));
        assertRefused(
                new Sft(),
                SftOptions.class,
                wide,
                size,
                with(trained, "dataset", rows, "max_length", 64, "use_peft", true));
        assertRefused(
                new Reward(),
                RewardOptions.class,
                wide,
                size,
                with(trained, "dataset", rankings, "max_length", 64, "eval_fraction", 0));
        assertRefused(
                new Ppo(),
                PpoOptions.class,
                wide,
                size,
                with(trained, "dataset", prompts, "reward_model_path", reward));
        assertRefused(
                new Ppo(),
                PpoOptions.class,
                wideReward,
                size,
                "model_name_or_path",
                good,
                "output_dir",
                out,
                "dataset",
                prompts,
                "reward_model_path",
                wideReward);
        assertRefused(new Probe(), ProbeOptions.class, wide, size, with(trained, "questions", questions));
        assertRefused(new Sample(), SampleOptions.class, wide, size, with(trained, "prompts", prompts));
        assertRefused(
                new Eval(),
                EvalOptions.class,
                wide,
                size,
                "models",
                "[{name: one, path: %s}]".formatted(wide),
                "output_dir",
                out,
                "questions",
                questions);
        assertRefused(
                new Eval(),
                EvalOptions.class,
                wideReward,
                size,
                "models",
                "[{name: one, path: %s}]".formatted(good),
                "output_dir",
                out,
                "prompts",
                prompts,
                "reward_model",
                wideReward);
        Object[] read = {"input", rows, "output", output, "model_name_or_path"};
        assertRefused(
                new Generate(),
                GenerateOptions.class,
                wide,
                size,
                "input",
                prompts,
                "output",
                output,
                "model_name_or_path",
                wide);
        assertRefused(new Logprobs(), ScoringOptions.class, wide, size, with(read, wide));
        assertRefused(new Score(), ScoringOptions.class, wideReward, size, with(read, wideReward));
        assertRefused(
                new TerminalChat(InputStream.nullInputStream(), false),
                ChatOptions.class,
                wide,
                size,
                "model_name_or_path",
                wide);
    }

    private static Object[] with(Object[] some, Object... more) {
        List<Object> all = new ArrayList<>(List.of(some));
        all.addAll(List.of(more));
        return all.toArray();
    }

    /** A text used to be ignored, and an id outside the vocabulary never ended a completion. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "generation_config.json | eos_token_id | \"</s>\"     | is not a token's id, which is a number from 0",
                "generation_config.json | eos_token_id | [0, \"</s>\"] | is not a token's id, which is a number from 0",
                "generation_config.json | eos_token_id | -1           | is not a token's id, which is a number from 0",
                "generation_config.json | eos_token_id | 1.5          | is not a token's id, which is a number from 0",
                "generation_config.json | eos_token_id | 99999        | is outside the model's vocabulary of ",
                "generation_config.json | eos_token_id | [0, 99999]   | is outside the model's vocabulary of ",
                "generation_config.json | bos_token_id | 99999        | is outside the model's vocabulary of ",
                "generation_config.json | pad_token_id | \"<pad>\"    | is not a token's id, which is a number from 0",
                "config.json            | eos_token_id | 99999        | is outside the model's vocabulary of ",
            })
    void wrongIdsInTheModelsFilesAreRefused(String file, String key, String value, String message) throws IOException {
        Path changed = changed(file, key, value);
        Object[] options = {"model_name_or_path", changed, "prompt", "x", "max_new_tokens", 2};
        assertThatThrownBy(() -> new Generate().run(Options.of(GenerateOptions.class, options), TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(changed.resolve(file) + ": " + key + ": ")
                .hasMessageContaining(message)
                .message()
                .hasLineCount(1);
        Object[] training = {"model_name_or_path", changed, "dataset", rows, "output_dir", folder.resolve("out")};
        assertThatThrownBy(() -> new Sft().run(Options.of(SftOptions.class, training), TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(changed.resolve(file) + ": " + key + ": ")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"bos_token_id,-1", "pad_token_id,-1", "eos_token_id,null", "eos_token_id,[]"})
    void idsThatNothingUsesAreFine(String key, String value) throws IOException {
        Path changed = changed("generation_config.json", key, value);
        Object[] options = {"model_name_or_path", changed, "prompt", "x", "max_new_tokens", 2};
        new Generate().run(Options.of(GenerateOptions.class, options), TestContext.running());
    }

    /** Copies the model with another value in one of its files. */
    private Path changed(String file, String key, String value) throws IOException {
        Path changed = Files.createDirectories(folder.resolve("changed"));
        try (Stream<Path> files = Files.list(good)) {
            for (Path one : files.toList()) {
                Files.copy(one, changed.resolve(String.valueOf(one.getFileName())));
            }
        }
        Path target = changed.resolve(file);
        ObjectNode json = Files.exists(target)
                ? (ObjectNode) Json.mapper().readTree(target.toFile())
                : Json.mapper().createObjectNode();
        json.set(key, Json.mapper().readTree(value));
        Files.writeString(target, json.toString());
        return changed;
    }

    @Test
    void aModelWithMoreEmbeddingsThanTokensIsFine() throws IOException {
        Path padded = folder.resolve("padded");
        TinyModels.of(
                padded,
                (ObjectNode) Json.mapper().readTree(good.resolve("config.json").toFile()),
                Dtype.FLOAT32,
                1);
        try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                LanguageModel model = LanguageModel.open(session, padded)) {
            assertThat(model.lm().config().vocabSize())
                    .isGreaterThan(model.tokenizer().vocabSize());
        }
    }

    @Test
    void aFolderWithoutAModelIsRefused() {
        Path none = folder.resolve("none");
        assertThatThrownBy(() -> Checkpoint.open(none)).isInstanceOf(InputException.class);
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(InputException.class)
                .hasMessage(folder + ": no config.json in it; is it a Hugging Face checkpoint folder?");
    }
}
