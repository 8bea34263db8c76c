package dev.rlhf.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.stage.Stage;
import dev.rlhf.stages.batch.Generate;
import dev.rlhf.stages.batch.GenerateOptions;
import dev.rlhf.stages.batch.ShowTokens;
import dev.rlhf.stages.batch.ShowTokensOptions;
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
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.text.Message;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Options that limit tokens, with a model of few positions: a default is lowered with a notice, a given value is
 * refused.
 */
class TokenLimitTest {
    private static final int POSITIONS = 24;

    @TempDir
    private Path folder;

    private Path base;
    private Path prompts;
    private int longest;

    @BeforeEach
    void make() throws IOException {
        base = TinyModels.llama(folder.resolve("base"), 1, json -> json.put("max_position_embeddings", POSITIONS));
        prompts = write("prompts.jsonl", "{\"prompt\": \"Who?\"}\n{\"prompt\": \"Where does it flow?\"}\n");
        try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                LanguageModel model = LanguageModel.open(session, base)) {
            longest = model.prompt(List.of(Message.user("Where does it flow?"))).length;
        }
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private <O extends Record> String run(Stage<O> stage, Class<O> type, Object... options) throws Exception {
        List<Object> all = new ArrayList<>(List.of(options));
        if (type != ShowTokensOptions.class) {
            all.addAll(List.of("device", TestDevice.NAME));
        }
        TestContext context = TestContext.running();
        stage.run(Options.of(type, all.toArray()), context);
        return context.printed();
    }

    private static Object[] with(Object[] some, Object... more) {
        List<Object> all = new ArrayList<>(List.of(some));
        all.addAll(List.of(more));
        return all.toArray();
    }

    private <O extends Record> void ofSequences(
            Stage<O> stage, Class<O> type, String option, int byDefault, Object... options) throws Exception {
        assertThatThrownBy(() -> run(stage, type, with(options, option, POSITIONS + 1)))
                .as(type.getSimpleName())
                .isInstanceOf(InputException.class)
                .hasMessage(option + ": 25 is too much, because the model has 24 positions; set it to 24 or less");
        assertThat(run(stage, type, options))
                .contains(option + " is 24 instead of " + byDefault + ", because the model has 24 positions\n");
        assertThat(run(stage, type, with(options, option, POSITIONS))).doesNotContain("instead of");
    }

    private <O extends Record> void ofPrompts(Stage<O> stage, Class<O> type, int byDefault, Object... options)
            throws Exception {
        assertThatThrownBy(() -> run(stage, type, with(options, "max_new_tokens", POSITIONS - longest + 1)))
                .as(type.getSimpleName())
                .isInstanceOf(InputException.class)
                .hasMessageContaining(String.valueOf(POSITIONS - longest + 1))
                .hasMessageContaining("24 positions");
        assertThat(run(stage, type, options))
                .contains(("max_new_tokens is %d instead of %d, because the model has 24 positions"
                                + " and the longest prompt %d tokens\n")
                        .formatted(POSITIONS - longest, byDefault, longest));
        assertThat(run(stage, type, with(options, "max_new_tokens", POSITIONS - longest)))
                .doesNotContain("instead of");
    }

    private Object[] trained(String out, Object... more) {
        return with(new Object[] {"model_name_or_path", base, "output_dir", folder.resolve(out), "max_steps", 1}, more);
    }

    @Test
    void pretrain() throws Exception {
        Path text = write("text.txt", "The river flows into the sea. ".repeat(60));
        Object[] data = {"dataset", text, "split", "none"};
        ofSequences(new Pretrain(), PretrainOptions.class, "block_size", 128, trained("pretrain", data));
        Object[] ofNew = {
            "output_dir",
            folder.resolve("new"),
            "max_steps",
            1,
            "tokenizer",
            "char",
            "config",
            "{model_type: gpt2, n_embd: 16, n_layer: 1, n_head: 2, n_positions: 24}"
        };
        ofSequences(new Pretrain(), PretrainOptions.class, "block_size", 128, with(ofNew, data));
    }

    @Test
    void sft() throws Exception {
        Path rows = write("rows.jsonl", "{\"prompt\": \"Who?\", \"response\": \"Paris.\"}\n");
        ofSequences(new Sft(), SftOptions.class, "max_length", 1024, trained("sft", "dataset", rows));
        ofSequences(
                new ShowTokens(),
                ShowTokensOptions.class,
                "max_length",
                1024,
                "model_name_or_path",
                base,
                "input",
                rows);
        Object[] shown = {"model_name_or_path", base, "input", rows};
        assertThat(run(new ShowTokens(), ShowTokensOptions.class, shown))
                .startsWith("row 1: ")
                .endsWith("max_length is 24 instead of 1024, because the model has 24 positions\n");
        assertThat(run(new ShowTokens(), ShowTokensOptions.class, with(shown, "json", true)))
                .startsWith("{")
                .doesNotContain("instead of");
    }

    @Test
    void reward() throws Exception {
        Path rankings = write("rankings.jsonl", """
                {"id": "t", "prompt": "Who?", "completions": [{"id": "a", "text": "Paris."}, {"id": "b", "text": "The sea."}], \
                "rankings": [{"labeler": "one", "ranks": [1, 2]}]}
                """);
        ofSequences(
                new Reward(),
                RewardOptions.class,
                "max_length",
                1024,
                trained("reward", "dataset", rankings, "eval_fraction", 0));
    }

    /** The reward model has fewer positions than the policy, and every sequence passes through both. */
    @Test
    void ppo() throws Exception {
        Path policy = TinyModels.llama(folder.resolve("policy"), 1);
        Object[] options = {
            "model_name_or_path",
            policy,
            "reward_model_path",
            TinyModels.reward(folder.resolve("reward"), base, 2),
            "output_dir",
            folder.resolve("ppo"),
            "dataset",
            prompts,
            "rollout_batch_size",
            2,
            "num_mini_batches",
            1,
            "total_episodes",
            2
        };
        assertThatThrownBy(() ->
                        run(new Ppo(), PpoOptions.class, with(options, "response_length", POSITIONS - longest + 1)))
                .isInstanceOf(InputException.class)
                .hasMessage(prompts + ": more than 5 % of the prompts leave no room for response_length "
                        + (POSITIONS - longest + 1) + " in the models' 24 positions");
        assertThat(run(new Ppo(), PpoOptions.class, options))
                .contains(("response_length is %d instead of 53, because the models have 24 positions"
                                + " and 95 %% of the prompts up to %d tokens\n")
                        .formatted(POSITIONS - longest, longest))
                .contains("2 prompts, 0 too long");
    }

    @Test
    void probeSampleAndEval() throws Exception {
        Path questions = write(
                "questions.jsonl",
                "{\"id\": \"q\", \"question\": \"Where does it flow?\", \"answers\": [\"Paris\"]}\n");
        Object[] model = {"model_name_or_path", base, "output_dir", folder.resolve("out")};
        ofPrompts(new Probe(), ProbeOptions.class, 32, with(model, "questions", questions));
        ofPrompts(new Sample(), SampleOptions.class, 64, with(model, "prompts", prompts));
        Object[] compared = {
            "models",
            "[{name: one, path: %s}]".formatted(base),
            "output_dir",
            folder.resolve("eval"),
            "prompts",
            prompts
        };
        ofPrompts(new Eval(), EvalOptions.class, 64, compared);
        ofPrompts(new Eval(), EvalOptions.class, 64, with(compared, "questions", questions));
    }

    @Test
    void generate() throws Exception {
        Object[] options = {"model_name_or_path", base, "input", prompts, "output", folder.resolve("completions.jsonl")
        };
        ofPrompts(new Generate(), GenerateOptions.class, 64, options);
        assertThatThrownBy(() -> run(new Generate(), GenerateOptions.class, with(options, "min_new_tokens", 24)))
                .isInstanceOf(InputException.class)
                .hasMessage("min_new_tokens: 24, but the model has only " + (POSITIONS - longest)
                        + " positions after the longest prompt");
        assertThat(run(new Generate(), GenerateOptions.class, "model_name_or_path", base, "prompt", "Who?"))
                .doesNotContain("instead of"); // only completions are printed
    }

    @Test
    void chat() throws Exception {
        assertThatThrownBy(() -> run(
                        new TerminalChat(InputStream.nullInputStream(), false),
                        ChatOptions.class,
                        "model_name_or_path",
                        base,
                        "max_new_tokens",
                        POSITIONS))
                .isInstanceOf(InputException.class)
                .hasMessage("max_new_tokens: 24 is too much, because the model has 24 positions and a prompt needs at"
                        + " least one; set it to 23 or less");
        InputStream said = new ByteArrayInputStream("Who?\n".getBytes(StandardCharsets.UTF_8));
        assertThatCode(() -> run(new TerminalChat(said, false), ChatOptions.class, "model_name_or_path", base))
                .doesNotThrowAnyException();
    }

    @Test
    void aFolderWithOnlyATokenizerUsesTheDefault() throws Exception {
        Path rows = write("rows.jsonl", "{\"prompt\": \"Who?\", \"response\": \"Paris.\"}\n".repeat(2));
        Path alone = Files.createDirectory(folder.resolve("alone"));
        for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            if (Files.exists(base.resolve(file))) {
                Files.copy(base.resolve(file), alone.resolve(file));
            }
        }
        assertThat(run(new ShowTokens(), ShowTokensOptions.class, "model_name_or_path", alone, "input", rows))
                .contains("truncated at max_length 1024");
    }
}
