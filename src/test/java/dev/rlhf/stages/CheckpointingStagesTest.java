package dev.rlhf.stages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.stages.batch.Rows;
import dev.rlhf.stages.ppo.Ppo;
import dev.rlhf.stages.ppo.PpoOptions;
import dev.rlhf.stages.reward.Reward;
import dev.rlhf.stages.reward.RewardOptions;
import dev.rlhf.stages.supervised.Pretrain;
import dev.rlhf.stages.supervised.PretrainOptions;
import dev.rlhf.stages.supervised.Sft;
import dev.rlhf.stages.supervised.SftOptions;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TinyData;
import dev.rlhf.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gradient_checkpointing} in every training stage: the same model, bit for bit. */
class CheckpointingStagesTest {
    @TempDir
    private Path folder;

    private Path base;

    @BeforeEach
    void make() throws IOException {
        ObjectNode config = Json.mapper().createObjectNode();
        config.put("model_type", "gpt2")
                .put("n_embd", 32)
                .put("n_layer", 2)
                .put("n_head", 2)
                .put("n_positions", 128);
        config.put("resid_pdrop", 0.2).put("attn_pdrop", 0.2).put("embd_pdrop", 0.2);
        config.put("tie_word_embeddings", false); // a tied table gets its two gradients in another order
        base = TinyModels.of(folder.resolve("base"), config, Dtype.FLOAT32, 1);
    }

    private <O extends Record> O options(Class<O> type, String out, boolean checkpointing, Object... more) {
        List<Object> all = new ArrayList<>(List.of(
                "output_dir",
                folder.resolve(out + checkpointing),
                "model_name_or_path",
                base,
                "device",
                "cpu",
                "per_device_train_batch_size",
                2,
                "gradient_checkpointing",
                checkpointing,
                "learning_rate",
                1e-2));
        all.addAll(Arrays.asList(more));
        return Options.of(type, all.toArray());
    }

    private void assertSame(String out, String file) {
        assertThat(folder.resolve(out + true).resolve(file))
                .hasSameBinaryContentAs(folder.resolve(out + false).resolve(file));
    }

    @Test
    void pretrain() throws IOException {
        Path text = Files.writeString(folder.resolve("text.txt"), "The river flows into the sea. ".repeat(40));
        for (boolean checkpointing : new boolean[] {false, true}) {
            Object[] more = {"dataset", text, "split", "none", "block_size", 16, "max_steps", 3};
            new Pretrain().run(options(PretrainOptions.class, "pretrain", checkpointing, more), TestContext.running());
        }
        assertSame("pretrain", "model/model.safetensors");
    }

    @Test
    void sftWithDropoutAndSeveralMicroBatches() throws IOException {
        Path rows = Rows.write(
                folder.resolve("sft.jsonl"),
                "{\"prompt\": \"What is the capital of France?\", \"response\": \"Paris.\"}",
                "{\"prompt\": \"Where does the river flow?\", \"response\": \"Into the sea.\"}",
                "{\"prompt\": \"Which city is it?\", \"response\": \"The capital.\"}");
        for (boolean checkpointing : new boolean[] {false, true}) {
            Object[] more = {"dataset", rows, "eval_fraction", 0, "max_steps", 3, "gradient_accumulation_steps", 2};
            TestContext context = TestContext.running();
            new Sft().run(options(SftOptions.class, "sft", checkpointing, more), context);
            assertThat(context.printed())
                    .containsPattern("memory plan, GiB: weights .* at most \\d+\\.\\d\\d of \\d+\\.\\d")
                    .containsPattern("memory: \\d+\\.\\d\\d GiB planned, \\d+\\.\\d\\d GiB at most");
        }
        assertSame("sft", "model/model.safetensors");
    }

    @Test
    void rewardWithDroppingAdaptersThenPpo() throws IOException {
        Path rankings = TinyData.rankings(folder, 8);
        for (boolean checkpointing : new boolean[] {false, true}) {
            Object[] more = {
                "dataset", rankings, "max_steps", 3, "use_peft", true, "lora_dropout", 0.2, "max_length", 64
            };
            new Reward().run(options(RewardOptions.class, "reward", checkpointing, more), TestContext.running());
        }
        assertSame("reward", "model/adapter_model.safetensors");

        Path prompts = Rows.write(
                folder.resolve("prompts.jsonl"),
                "{\"prompt\": \"What is the capital of France?\"}",
                "{\"prompt\": \"Which city is it?\"}");
        for (boolean checkpointing : new boolean[] {false, true}) {
            Object[] more = {
                "dataset",
                prompts,
                "reward_model_path",
                folder.resolve("rewardfalse/model"),
                "total_episodes",
                8,
                "rollout_batch_size",
                4,
                "response_length",
                6
            };
            new Ppo().run(options(PpoOptions.class, "ppo", checkpointing, more), TestContext.running());
        }
        assertSame("ppo", "model/model.safetensors");
        assertSame("ppo", "critic/adapter_model.safetensors");
    }
}
