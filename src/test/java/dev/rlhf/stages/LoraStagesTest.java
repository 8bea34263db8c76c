package dev.rlhf.stages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.checkpoint.Safetensors;
import dev.rlhf.model.Input;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.stage.InterruptedRunException;
import dev.rlhf.stage.StageResult;
import dev.rlhf.stages.batch.Merge;
import dev.rlhf.stages.batch.MergeOptions;
import dev.rlhf.stages.ppo.Ppo;
import dev.rlhf.stages.ppo.PpoOptions;
import dev.rlhf.stages.reward.Reward;
import dev.rlhf.stages.reward.RewardOptions;
import dev.rlhf.stages.supervised.Sft;
import dev.rlhf.stages.supervised.SftOptions;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyData;
import dev.rlhf.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adapters are trained, saved, resumed, trained further and merged. */
class LoraStagesTest {
    private static final String ADAPTER = "model/adapter_model.safetensors";
    private static final long[] IDS = {5, 6, 7, 8, 9, 10, 11};

    @TempDir
    private Path folder;

    private Path base;
    private Path rows;

    @BeforeEach
    void make() throws IOException {
        base = TinyModels.llama(folder.resolve("base"), 1);
        rows = Files.writeString(folder.resolve("rows.jsonl"), """
                {"prompt": "What is the capital of France?", "response": "Paris."}
                {"prompt": "Where does the river flow?", "response": "Into the sea."}
                {"prompt": "Which city is it?", "response": "The capital."}
                """);
    }

    private <O extends Record> O options(Class<O> type, String out, Path model, Object... more) {
        List<Object> all = new ArrayList<>(List.of(
                "output_dir",
                folder.resolve(out),
                "model_name_or_path",
                model,
                "device",
                TestDevice.NAME,
                "per_device_train_batch_size",
                2,
                "lora_r",
                4));
        all.addAll(List.of(more));
        return Options.of(type, all.toArray());
    }

    private SftOptions sft(String out, Path model, Object... more) {
        List<Object> all = new ArrayList<>(
                List.of("dataset", rows, "eval_dataset", rows, "max_length", 64, "lr_scheduler_type", "constant"));
        all.addAll(List.of(more));
        return options(SftOptions.class, out, model, all.toArray());
    }

    private Map<String, Double> run(SftOptions options) throws IOException {
        return new Sft().run(options, TestContext.running()).metrics();
    }

    private void merge(String out, Path adapter, Object... more) throws IOException {
        List<Object> all = new ArrayList<>(List.of("output_dir", folder.resolve(out), "model_name_or_path", adapter));
        all.addAll(List.of(more));
        new Merge().run(Options.of(MergeOptions.class, all.toArray()), TestContext.running());
    }

    private float[] values(Path model) {
        try (Torch torch = TestDevice.open();
                ScalarModel reward = ScalarModel.load(
                        torch, model, Precision.of(Dtype.FLOAT32), false, ScalarModel.HeadInit.STORED, 0)) {
            return reward.values(Input.rightPadded(torch, IDS, 1)).toFloatArray();
        }
    }

    private JsonNode json(String file) throws IOException {
        return Json.mapper().readTree(folder.resolve(file).toFile());
    }

    @Test
    void sftLearnsWithTheAdapterAloneAndSaysHowMuchIsTrained() throws IOException {
        double untrained = run(sft("none", base, "use_peft", true, "max_steps", 1, "learning_rate", 1e-9))
                .get("eval_loss");
        TestContext context = TestContext.running();
        Map<String, Double> figures = new Sft()
                .run(sft("run", base, "use_peft", true, "lora_r", 16, "max_steps", 80, "learning_rate", 1e-2), context)
                .metrics();
        assertThat(figures.get("eval_loss")).isLessThan(untrained / 2);
        assertThat(context.printed()).containsPattern("of them trained \\(.* %\\)");
        assertThat(json("run/model/adapter_config.json").path("target_modules"))
                .extracting(JsonNode::asText)
                .containsExactly("down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj");
        assertThat(folder.resolve("run/model/tokenizer.json")).exists();
        assertThat(folder.resolve("run/model/model.safetensors")).doesNotExist();
        try (Safetensors adapter = Safetensors.open(folder.resolve("run").resolve(ADAPTER))) {
            assertThat(adapter.tensors().keySet())
                    .hasSize(2 * 2 * 7)
                    .allMatch(name -> name.matches("base_model\\.model\\.model\\.layers\\..*\\.lora_[AB]\\.weight"));
        }
    }

    @Test
    void stoppedAndResumedEqualsUninterruptedBitForBitWithDropoutAndSavesTheAdapterOnly() throws IOException {
        Object[] steps = {"use_peft", true, "max_steps", 6, "learning_rate", 1e-2, "lora_dropout", 0.3};
        run(sft("whole", base, steps));
        SftOptions cut = sft("cut", base, steps);
        assertThatThrownBy(() -> new Sft().run(cut, TestContext.stoppingAt(3)))
                .isInstanceOf(InterruptedRunException.class);
        try (Safetensors state = Safetensors.open(folder.resolve("cut/state/step-000003/tensors.safetensors"))) {
            assertThat(state.tensors().keySet()).noneMatch(name -> name.startsWith("model."));
        }
        run(cut);
        assertThat(folder.resolve("cut").resolve(ADAPTER))
                .hasSameBinaryContentAs(folder.resolve("whole").resolve(ADAPTER));
        run(sft("still", base, "use_peft", true, "max_steps", 6, "learning_rate", 1e-2, "lora_dropout", 0));
        assertThat(Files.mismatch(
                        folder.resolve("still").resolve(ADAPTER),
                        folder.resolve("whole").resolve(ADAPTER)))
                .as("dropout does something")
                .isNotEqualTo(-1);
    }

    @Test
    void trainingContinuesAnAdapterOnTheSameBase() throws IOException {
        Map<String, Double> first = run(sft("first", base, "use_peft", true, "max_steps", 10, "learning_rate", 1e-2));
        Path adapter = folder.resolve("first/model");
        Map<String, Double> second = run(sft("second", adapter, "max_steps", 1, "learning_rate", 1e-9));
        assertThat(second.get("eval_loss")).isCloseTo(first.get("eval_loss"), within(1e-5));
        assertThat(json("second/model/adapter_config.json").path("base_model_name_or_path"))
                .isEqualTo(json("first/model/adapter_config.json").path("base_model_name_or_path"));
        assertThatThrownBy(() -> run(sft("third", adapter, "use_peft", true, "max_steps", 1)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("is an adapter already");
    }

    @Test
    void mergedIsAPlainCheckpointWithTheSameLogits() throws IOException {
        run(sft("run", base, "use_peft", true, "max_steps", 5, "learning_rate", 1e-2));
        Path adapter = folder.resolve("run/model");
        merge("merged", adapter, "dtype", "auto"); // as a recipe sets it for all of its stages
        Path merged = folder.resolve("merged/model");
        assertThat(merged.resolve("adapter_config.json")).doesNotExist();
        assertThat(merged.resolve("tokenizer.json")).hasSameBinaryContentAs(base.resolve("tokenizer.json"));
        // on an H200 1.7e-6
        float rounding = TestDevice.NAME.equals("cpu") ? 1e-6f : 5e-6f;
        assertThat(TinyModels.logits(merged)).containsExactly(TinyModels.logits(adapter), within(rounding));
        assertThat(json("merged/model/config.json").path("dtype").asText())
                .isEqualTo(json("base/config.json").path("dtype").asText());
        assertThat(TinyModels.logits(base)[0]).isNotCloseTo(TinyModels.logits(merged)[0], within(1e-3f));
        merge("narrow", adapter, "dtype", "bfloat16");
        assertThat(json("narrow/model/config.json").path("dtype").asText()).isEqualTo("bfloat16");
        assertThatThrownBy(() -> merge("again", merged))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("nothing to merge");
    }

    @Test
    void modulesToSaveAreSavedAndMerged() throws IOException {
        run(sft("run", base, "use_peft", true, "max_steps", 5, "lora_modules_to_save", "norm", "learning_rate", 1e-1));
        Path adapter = folder.resolve("run/model");
        try (Safetensors file = Safetensors.open(adapter.resolve("adapter_model.safetensors"))) {
            assertThat(file.tensors()) // as PEFT: every module whose name ends with it
                    .containsKeys(
                            "base_model.model.model.norm.weight",
                            "base_model.model.model.layers.1.input_layernorm.weight");
        }
        Map<String, Double> again = run(sft("again", adapter, "max_steps", 1, "learning_rate", 1e-9));
        merge("merged", adapter);
        Map<String, Double> merged =
                run(sft("full", folder.resolve("merged/model"), "max_steps", 1, "learning_rate", 1e-9));
        assertThat(again.get("eval_loss")).isCloseTo(merged.get("eval_loss"), within(1e-5));
    }

    @Test
    void aRewardModelSavesItsHeadWithTheAdapterAndServesPpo() throws IOException {
        Path rankings = TinyData.rankings(folder, 8);
        StageResult result = new Reward()
                .run(
                        options(
                                RewardOptions.class,
                                "rm",
                                base,
                                "use_peft",
                                true,
                                "dataset",
                                rankings,
                                "eval_fraction",
                                0.25,
                                "max_length",
                                64,
                                "learning_rate",
                                1e-2,
                                "lora_dropout",
                                0.1,
                                "max_steps",
                                30),
                        TestContext.running());
        assertThat(result.metrics().get("eval_accuracy")).isEqualTo(1.0);
        Path adapter = folder.resolve("rm/model");
        assertThat(json("rm/model/adapter_config.json").path("task_type").asText())
                .isEqualTo("SEQ_CLS");
        assertThat(json("rm/model/adapter_config.json")
                        .path("modules_to_save")
                        .get(0)
                        .asText())
                .isEqualTo("score");
        assertThat(json("rm/model/config.json").path("reward_mean").asDouble()).isNotZero();
        merge("merged", adapter);
        assertThat(values(folder.resolve("merged/model"))).containsExactly(values(adapter), within(1e-5f));
        ppo(adapter);
    }

    private void ppo(Path reward) throws IOException {
        Path prompts = Files.writeString(
                folder.resolve("prompts.jsonl"), "{\"prompt\": \"Which city is it?\"}\n{\"prompt\": \"Who?\"}\n");
        Object[] more = {
            "use_peft",
            true,
            "reward_model_path",
            reward,
            "dataset",
            prompts,
            "rollout_batch_size",
            4,
            "num_ppo_epochs",
            2,
            "response_length",
            6,
            "learning_rate",
            1e-2,
            "total_episodes",
            12
        };
        new Ppo().run(options(PpoOptions.class, "whole", base, more), TestContext.running());
        List<String> metrics = Files.readAllLines(folder.resolve("whole/metrics.jsonl"));
        assertThat(Json.mapper()
                        .readTree(metrics.getFirst())
                        .path("objective/kl")
                        .asDouble())
                .isCloseTo(0, within(1e-5));
        assertThat(Math.abs(Json.mapper()
                        .readTree(metrics.getLast())
                        .path("objective/kl")
                        .asDouble()))
                .isGreaterThan(1e-4);
        PpoOptions cut = options(PpoOptions.class, "cut", base, more);
        assertThatThrownBy(() -> new Ppo().run(cut, TestContext.stoppingAt(2)))
                .isInstanceOf(InterruptedRunException.class);
        new Ppo().run(cut, TestContext.running());
        for (String file : List.of(ADAPTER, "critic/adapter_model.safetensors")) {
            assertThat(folder.resolve("cut").resolve(file))
                    .hasSameBinaryContentAs(folder.resolve("whole").resolve(file));
        }
    }

    @Test
    void aPpoOnAWholeRewardModelPutsAdaptersOnTheCriticToo() throws IOException {
        ppo(TinyModels.reward(folder.resolve("reward"), base, 2));
        assertThat(json("whole/critic/adapter_config.json")
                        .path("modules_to_save")
                        .get(0)
                        .asText())
                .isEqualTo("score");
    }

    @Test
    void mismatchesAreReportedInOneLine() throws IOException {
        assertThatThrownBy(() ->
                        run(sft("run", base, "use_peft", true, "max_steps", 1, "lora_target_modules", "q_proj,c_attn")))
                .isInstanceOf(InputException.class)
                .hasMessage(
                        "lora_target_modules: c_attn matches no linear layer of the body; there are: q_proj, k_proj,"
                                + " v_proj, o_proj, gate_proj, up_proj, down_proj (all of them: all-linear);"
                                + " embeddings and the head take no adapter");
        assertThatThrownBy(() ->
                        run(sft("run", base, "use_peft", true, "max_steps", 1, "lora_modules_to_save", "embed_tokens")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("the head shares its weights");
        assertThatThrownBy(() ->
                        run(sft("run", base, "use_peft", true, "max_steps", 1, "lora_modules_to_save", "nothing")))
                .isInstanceOf(InputException.class)
                .hasMessage("modules_to_save: the model has no module nothing");
        assertThatThrownBy(() ->
                        run(sft("run", base, "use_peft", true, "max_steps", 1, "lora_modules_to_save", "up_proj,proj")))
                .isInstanceOf(InputException.class)
                .hasMessage(
                        "modules_to_save: up_proj, proj matches model.layers.0.self_attn.q_proj, which target_modules"
                                + " gives an adapter; write more of the name");
    }

    @Test
    void anAdapterOfAResizedBaseIsRefusedWithBothSizes() throws IOException {
        int size = json("base/config.json").path("vocab_size").asInt();
        Path adapter = edited("resized", "base_model_name_or_path", "../base");
        ObjectNode tokenizer = (ObjectNode) json("base/tokenizer.json");
        ObjectNode added = ((ObjectNode) tokenizer.path("added_tokens").get(0)).deepCopy();
        tokenizer.withArray("added_tokens").add(added.put("id", size).put("content", "<|one_more|>"));
        Json.mapper().writeValue(adapter.resolve("tokenizer.json").toFile(), tokenizer);
        assertThatThrownBy(() -> run(sft("further", adapter, "max_steps", 1)))
                .isInstanceOf(InputException.class)
                .hasMessage(adapter + ": the adapter's tokenizer has " + (size + 1) + " tokens and its base " + base
                        + " only " + size
                        + ", so it was trained on another base or a resized one; name that base, or resize"
                        + " this one (transformers: model.resize_token_embeddings(" + (size + 1) + ")) and save it");
    }

    @Test
    void anAdapterWithTheEmbeddingsOfAResizedBaseIsRefusedWithBothSizes() throws IOException {
        Path untied = folder.resolve("untied");
        TinyModels.llama(untied, 1, json -> json.put("tie_word_embeddings", false));
        int size = json("untied/config.json").path("vocab_size").asInt();
        run(sft("run", untied, "use_peft", true, "max_steps", 1, "lora_modules_to_save", "embed_tokens,lm_head"));
        Path larger = folder.resolve("larger");
        TinyModels.of(larger, (ObjectNode) json("untied/config.json"), Dtype.FLOAT32, 1);
        int more = json("larger/config.json").path("vocab_size").asInt();
        assertThat(more).isGreaterThan(size);
        String refusal = ": the adapter was trained on a base with " + size + " tokens, and its base " + larger
                + " has " + more + "; ";
        assertRefused(edited("resized", "base_model_name_or_path", "../larger"), refusal);
        ObjectNode config =
                (ObjectNode) json("resized/adapter_config.json"); // PEFT saves them of a resized base unasked
        config.putNull("modules_to_save");
        Json.mapper().writeValue(folder.resolve("resized/adapter_config.json").toFile(), config);
        assertRefused(folder.resolve("resized"), refusal);
    }

    private Path edited(String what, String key, Object value) throws IOException {
        Path from = folder.resolve("run/model");
        if (!Files.exists(from)) {
            run(sft("run", base, "use_peft", true, "max_steps", 1));
        }
        Path to = Files.createDirectory(folder.resolve(what));
        Files.copy(from.resolve("adapter_model.safetensors"), to.resolve("adapter_model.safetensors"));
        ObjectNode config = (ObjectNode) json("run/model/adapter_config.json");
        config.set(key, Json.mapper().valueToTree(value));
        Json.mapper().writeValue(to.resolve("adapter_config.json").toFile(), config);
        return to;
    }

    private void assertRefused(Path adapter, String... parts) {
        assertThatThrownBy(() -> TinyModels.logits(adapter))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(adapter.toString())
                .hasMessageContainingAll(parts);
        SftOptions further = sft("further", adapter, "max_steps", 1);
        assertThatThrownBy(() -> run(further)).as("training it further").isInstanceOf(InputException.class);
    }

    @Test
    void aMissingBaseIsReportedWithThePathsTried() throws IOException {
        assertRefused(
                edited("moved", "base_model_name_or_path", "../nowhere"),
                "adapter_config.json: the base checkpoint ../nowhere does not exist",
                folder.resolve("nowhere").toString());
        assertRefused(
                edited("nameless", "base_model_name_or_path", ""),
                "base_model_name_or_path is missing; write the base checkpoint's folder there");
        assertRefused(
                edited("stacked", "base_model_name_or_path", "../run/model"), "the base is an adapter itself; merge");
    }

    @Test
    void anAdapterOfAnotherBaseIsRefused() throws IOException {
        TinyModels.gpt2(folder.resolve("gpt2"), 1);
        assertRefused(
                edited("family", "base_model_name_or_path", "../gpt2"),
                "target_modules: ",
                "q_proj",
                "there are: c_attn, c_proj, c_fc",
                folder.resolve("gpt2") + " the base it was trained on?");
        Path wide = folder.resolve("wide");
        TinyModels.llama(wide, 1, json -> json.put("intermediate_size", 96));
        assertRefused(
                edited("width", "base_model_name_or_path", "../wide"),
                "on the base " + wide,
                "6 of another shape: base_model.model.model.layers.*.mlp.gate_proj.lora_B.weight (2) is [64, 4], not "
                        + "[96, 4]");
        Path deep = folder.resolve("deep");
        TinyModels.llama(deep, 1, json -> json.put("num_hidden_layers", 3));
        assertRefused(
                edited("depth", "base_model_name_or_path", "../deep"),
                "14 missing: base_model.model.model.layers.2.self_attn.q_proj.lora_A.weight");
    }

    @Test
    void aConfigThatDoesNotMatchTheTensorsIsRefused() throws IOException {
        assertRefused(
                edited("rank", "r", 8), "28 of another shape: ", "q_proj.lora_A.weight (2) is [4, 32], not [8, 32]");
        assertRefused(
                edited("fewer", "target_modules", List.of("q_proj", "k_proj", "unknown_here")),
                "20 unexpected: base_model.model.model.layers.*.mlp.down_proj.lora_A.weight (2)");
        Path adapter = edited("bare", "inference_mode", true);
        Files.delete(adapter.resolve("adapter_model.safetensors"));
        assertRefused(adapter, "no adapter_model.safetensors in it");
        Files.writeString(adapter.resolve("adapter_model.bin"), "");
        assertRefused(adapter, "has adapter_model.bin only; save it again as safetensors");
    }

    @Test
    void moduleNamesOfOtherFamiliesAreIgnored() throws IOException {
        List<String> names = new ArrayList<>(List.of("query_key_value", "c_attn"));
        Path plain = edited("plain", "inference_mode", true);
        json("run/model/adapter_config.json").path("target_modules").forEach(name -> names.add(name.asText()));
        assertThat(TinyModels.logits(edited("more", "target_modules", names))).isEqualTo(TinyModels.logits(plain));
    }

    @Test
    void inBfloat16TheAdapterStaysFloat32() throws IOException {
        Object[] steps = {"use_peft", true, "max_steps", 40, "learning_rate", 1e-2, "dtype", "bfloat16"};
        Map<String, Double> before =
                run(sft("before", base, "use_peft", true, "max_steps", 1, "learning_rate", 1e-9, "dtype", "bfloat16"));
        assertThat(run(sft("narrow", base, steps)).get("eval_loss")).isLessThan(before.get("eval_loss") / 1.5);
        try (Safetensors file = Safetensors.open(folder.resolve("narrow").resolve(ADAPTER))) {
            assertThat(file.tensors().values()).allMatch(tensor -> tensor.dtype() == Dtype.FLOAT32);
        }
        SftOptions cut = sft("cut", base, steps);
        assertThatThrownBy(() -> new Sft().run(cut, TestContext.stoppingAt(3)))
                .isInstanceOf(InterruptedRunException.class);
        run(cut);
        assertThat(folder.resolve("cut").resolve(ADAPTER))
                .hasSameBinaryContentAs(folder.resolve("narrow").resolve(ADAPTER));
    }
}
