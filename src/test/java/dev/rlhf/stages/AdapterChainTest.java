package dev.rlhf.stages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.stage.Stage;
import dev.rlhf.stages.batch.Generate;
import dev.rlhf.stages.batch.GenerateOptions;
import dev.rlhf.stages.batch.Logprobs;
import dev.rlhf.stages.batch.Merge;
import dev.rlhf.stages.batch.MergeOptions;
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
import dev.rlhf.stages.rank.Rank;
import dev.rlhf.stages.rank.RankOptions;
import dev.rlhf.stages.rank.Sample;
import dev.rlhf.stages.rank.SampleOptions;
import dev.rlhf.stages.reward.Reward;
import dev.rlhf.stages.reward.RewardOptions;
import dev.rlhf.stages.supervised.Sft;
import dev.rlhf.stages.supervised.SftOptions;
import dev.rlhf.testing.CheckedRun;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All stages on adapter folders without a merge in between; each reads the same from them as from merged models. */
class AdapterChainTest {
    @TempDir
    private Path folder;

    private Path base;
    private Path rows;
    private Path questions;
    private Path prompts;

    @BeforeEach
    void make() throws IOException {
        base = TinyModels.llama(folder.resolve("base"), 1);
        rows = write("rows.jsonl", """
                {"prompt": "What is the capital of France?", "response": "Paris."}
                {"prompt": "Where does the river flow?", "response": "Into the sea."}
                """);
        questions = write("questions.jsonl", """
                {"id": "q1", "question": "What is the capital of France?", "answers": ["Paris"], "subject": "France"}
                {"id": "q2", "question": "Who is Orson Kovacs?", "answers": [], "subject": "Orson Kovacs"}
                """);
        prompts = write("prompts.jsonl", """
                {"id": "q1", "prompt": "What is the capital of France?"}
                {"id": "q2", "prompt": "Who is Orson Kovacs?"}
                """);
    }

    @Test
    void everyStageAcceptsAdapterFoldersLikeMergedModels() throws Exception {
        Path sft = train("sft", new Sft(), SftOptions.class, base, "use_peft", true, "dataset", rows, "max_length", 64);
        assertThat(probe("probe", sft)).isEqualTo(probe("probe-merged", merged(sft)));

        Path refusals = folder.resolve("probe").resolve(Probe.REFUSALS);
        assertThat(refusals).isNotEmptyFile();
        Path second = train(
                "second",
                new Sft(),
                SftOptions.class,
                sft,
                "datasets",
                "[{path: %s}, {path: %s}]".formatted(rows, refusals),
                "max_length",
                96);

        Path batch = sample("sample", second);
        Path same = sample("sample-merged", merged(second));
        assertThat(Files.readString(batch).replace(second.toString(), "M"))
                .isEqualTo(Files.readString(same).replace(merged(second).toString(), "M"));
        label(batch);

        Path reward = train(
                "reward",
                new Reward(),
                RewardOptions.class,
                second,
                "db",
                folder.resolve("label/labels.mv.db"),
                "eval_fraction",
                0,
                "max_length",
                100);
        Path ppo = train(
                "ppo",
                new Ppo(),
                PpoOptions.class,
                second,
                "reward_model_path",
                reward,
                "dataset",
                prompts,
                "total_episodes",
                8,
                "rollout_batch_size",
                4,
                "response_length",
                8);
        for (Path adapter : List.of(sft, second, reward, ppo, folder.resolve("ppo/critic"))) {
            assertThat(adapter.resolve("adapter_config.json")).exists();
            assertThat(adapter.resolve("model.safetensors")).doesNotExist();
        }
        JsonNode first = Json.mapper()
                .readTree(
                        Files.readAllLines(folder.resolve("ppo/metrics.jsonl")).getFirst());
        assertThat(first.path("objective/kl").asDouble()).isCloseTo(0, within(1e-5));
        assertThat(first.path("epoch").asDouble()).as("4 episodes of 2 prompts").isEqualTo(2);
        for (String stage : List.of("sft", "reward")) {
            JsonNode last = Json.mapper()
                    .readTree(Files.readAllLines(folder.resolve(stage).resolve("metrics.jsonl"))
                            .getLast());
            assertThat(last.path("epoch").asDouble())
                    .as("6 steps, in each of which " + stage + " sees both rows")
                    .isEqualTo(6);
        }

        assertSameEval(List.of(second, ppo), reward);
        assertThat(generate("generate", ppo, reward))
                .isEqualTo(generate("generate-merged", merged(ppo), merged(reward)));
        assertThat(rows("logprobs", new Logprobs(), ScoringOptions.class, ppo))
                .isEqualTo(rows("logprobs-merged", new Logprobs(), ScoringOptions.class, merged(ppo)));
        assertThat(rows("score", new Score(), ScoringOptions.class, reward))
                .isEqualTo(rows("score-merged", new Score(), ScoringOptions.class, merged(reward)));
        assertThat(chat(ppo)).isNotBlank().isEqualTo(chat(merged(ppo)));
    }

    /** PEFT saves an adapter without the files that name the tokens that end an answer; the base's are used. */
    @Test
    void anAdapterWithItsOwnTokenizerUsesTheEndTokensOfTheBase() throws Exception {
        Path adapter =
                train("sft", new Sft(), SftOptions.class, base, "use_peft", true, "dataset", rows, "max_length", 64);
        ObjectNode generation = Json.mapper().createObjectNode();
        generation.putArray("eos_token_id").add(5).add(7);
        write("base/generation_config.json", generation.toString());
        Files.delete(adapter.resolve("generation_config.json"));

        for (Path model : List.of(adapter, merged(adapter))) {
            try (Checkpoint from = Checkpoint.open(model)) {
                Set<Integer> ids = new LinkedHashSet<>(from.tokenizer().eosIds());
                assertThat(ids).as(model.toString()).contains(5, 7);
                assertThat(from.format().stopIds()).contains(5, 7);
            }
        }
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private <O extends Record> Path train(String out, Stage<O> stage, Class<O> type, Path model, Object... more)
            throws Exception {
        List<Object> all = new ArrayList<>(List.of(
                "output_dir",
                folder.resolve(out),
                "model_name_or_path",
                model,
                "device",
                TestDevice.NAME,
                "learning_rate",
                1e-2));
        if (type != PpoOptions.class) {
            all.addAll(List.of("max_steps", 6, "per_device_train_batch_size", 2));
        }
        all.addAll(List.of(more));
        CheckedRun.of(stage, Options.of(type, all.toArray()), TestContext.running());
        return folder.resolve(out).resolve("model");
    }

    private Path merged(Path adapter) throws IOException {
        Path out = adapter.resolveSibling("merged");
        if (!Files.exists(out)) {
            CheckedRun.of(
                    new Merge(),
                    Options.of(MergeOptions.class, "output_dir", out, "model_name_or_path", adapter),
                    TestContext.running());
        }
        return out.resolve("model");
    }

    private List<String> probe(String out, Path model) throws IOException {
        Path output = folder.resolve(out);
        CheckedRun.of(
                new Probe(),
                Options.of(
                        ProbeOptions.class,
                        "output_dir",
                        output,
                        "model_name_or_path",
                        model,
                        "questions",
                        questions,
                        "max_new_tokens",
                        8,
                        "num_samples",
                        3,
                        "device",
                        TestDevice.NAME),
                TestContext.running());
        List<String> lines = new ArrayList<>(Files.readAllLines(output.resolve(Probe.KNOWLEDGE)));
        lines.addAll(Files.readAllLines(output.resolve(Probe.REFUSALS)));
        return lines;
    }

    private Path sample(String out, Path model) throws IOException {
        Path output = folder.resolve(out);
        CheckedRun.of(
                new Sample(),
                Options.of(
                        SampleOptions.class,
                        "output_dir",
                        output,
                        "model_name_or_path",
                        model,
                        "prompts",
                        prompts,
                        "num_completions",
                        3,
                        "max_new_tokens",
                        8,
                        "temperature",
                        2,
                        "device",
                        TestDevice.NAME),
                TestContext.running());
        return output.resolve(Sample.BATCH);
    }

    private void label(Path batch) throws Exception {
        RankOptions options = Options.of(
                RankOptions.class,
                "input",
                batch,
                "output_dir",
                folder.resolve("label"),
                "labelers",
                "simulated",
                "overlap",
                1,
                "error_rate",
                0,
                "questions",
                questions,
                "port",
                0);
        assertThat(CheckedRun.of(new Rank(), options, TestContext.running()).metrics())
                .containsEntry("rankings", 2.0);
    }

    private void assertSameEval(List<Path> models, Path reward) throws IOException {
        List<String> tables = new ArrayList<>();
        for (boolean merge : new boolean[] {false, true}) {
            Path output = folder.resolve("eval-" + merge);
            Path before = merge ? merged(models.get(0)) : models.get(0);
            Path after = merge ? merged(models.get(1)) : models.get(1);
            CheckedRun.of(
                    new Eval(),
                    Options.of(
                            EvalOptions.class,
                            "output_dir",
                            output,
                            "models",
                            "[{name: before, path: %s}, {name: after, path: %s}]".formatted(before, after),
                            "questions",
                            questions,
                            "knowledge_reference",
                            "before",
                            "prompts",
                            prompts,
                            "reward_model",
                            merge ? merged(reward) : reward,
                            "kl_reference",
                            "before",
                            "max_new_tokens",
                            8,
                            "device",
                            TestDevice.NAME),
                    TestContext.running());
            tables.add(Files.readString(output.resolve("comparison.json")));
            tables.add(Files.readString(output.resolve("answers.jsonl")));
        }
        assertThat(tables.subList(0, 2)).isEqualTo(tables.subList(2, 4));
    }

    private List<String> generate(String name, Path model, Path reward) throws IOException {
        Path output = folder.resolve(name + ".jsonl");
        CheckedRun.of(
                new Generate(),
                Options.of(
                        GenerateOptions.class,
                        "model_name_or_path",
                        model,
                        "reward_model_path",
                        reward,
                        "best_of",
                        2,
                        "temperature",
                        1,
                        "input",
                        prompts,
                        "output",
                        output,
                        "max_new_tokens",
                        8,
                        "device",
                        TestDevice.NAME),
                TestContext.running());
        return Files.readAllLines(output);
    }

    private <O extends Record> List<String> rows(String name, Stage<O> stage, Class<O> type, Path model)
            throws Exception {
        Path output = folder.resolve(name + ".jsonl");
        CheckedRun.of(
                stage,
                Options.of(
                        type, "model_name_or_path", model, "input", rows, "output", output, "device", TestDevice.NAME),
                TestContext.running());
        return Files.readAllLines(output);
    }

    private String chat(Path model) throws IOException {
        TestContext context = TestContext.running();
        ByteArrayInputStream said = new ByteArrayInputStream("Who?\n".getBytes(StandardCharsets.UTF_8));
        CheckedRun.of(
                new TerminalChat(said, false),
                Options.of(
                        ChatOptions.class,
                        "model_name_or_path",
                        model,
                        "temperature",
                        1,
                        "max_new_tokens",
                        8,
                        "device",
                        TestDevice.NAME),
                context);
        return context.printed();
    }
}
