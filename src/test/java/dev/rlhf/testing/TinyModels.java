package dev.rlhf.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.checkpoint.HfFolder;
import dev.rlhf.checkpoint.ShardSize;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Families;
import dev.rlhf.model.Input;
import dev.rlhf.model.ModelConfig;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import dev.rlhf.text.BpeTrainer;
import dev.rlhf.text.CompanionFiles;
import dev.rlhf.text.Tokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Makes checkpoint folders of untrained models that are small enough for a test: 2 layers, 32 wide, a BPE vocabulary
 * with ChatML's tokens. They are made on the CPU, so a seed gives the same model on every device.
 */
public final class TinyModels {
    private static final List<String> TEXT = List.of(
            "What is the capital of France? The capital of France is Paris.",
            "Where does the river flow? The river flows into the sea.",
            "I don't know. Sorry, I have never heard of that. Who was the painter? Which city is it?");

    private TinyModels() {}

    /** Makes a GPT-2 with random weights and GPT-2's dropout. */
    public static Path gpt2(Path folder, long seed) throws IOException {
        return gpt2(folder, seed, json -> {});
    }

    /** The same with other switches in its config.json. */
    public static Path gpt2(Path folder, long seed, Consumer<ObjectNode> change) throws IOException {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("model_type", "gpt2")
                .put("n_embd", 32)
                .put("n_layer", 2)
                .put("n_head", 2)
                .put("n_positions", 128);
        change.accept(json);
        return write(folder, json, 0, Dtype.FLOAT32, seed);
    }

    /** Makes a Llama with random weights. */
    public static Path llama(Path folder, long seed) throws IOException {
        return llama(folder, seed, json -> {});
    }

    /** The same with other switches in its config.json. */
    public static Path llama(Path folder, long seed, Consumer<ObjectNode> change) throws IOException {
        ObjectNode json = llama();
        change.accept(json);
        return write(folder, json, 0, Dtype.FLOAT32, seed);
    }

    /** As {@link #llama(Path, long)}, for the tokenizer and the chat template of another folder. */
    public static Path llama(Path folder, Path tokenizer, long seed) throws IOException {
        CompanionFiles.copy(tokenizer, folder);
        return weights(folder, llama(), 0, Dtype.FLOAT32, seed);
    }

    private static ObjectNode llama() {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("model_type", "llama").put("hidden_size", 32).put("num_hidden_layers", 2);
        json.put("num_attention_heads", 2).put("num_key_value_heads", 1).put("intermediate_size", 64);
        json.put("max_position_embeddings", 128).put("rms_norm_eps", 1e-5).put("tie_word_embeddings", true);
        return json;
    }

    /**
     * Makes a model of any family with random weights, and a few more rows in its vocabulary than the tokenizer has.
     *
     * @param config config.json without the vocabulary
     * @param stored dtype of the weights on disk
     */
    public static Path of(Path folder, ObjectNode config, Dtype stored, long seed) throws IOException {
        return write(folder, config, 13, stored, seed);
    }

    /** Makes a reward model from the body of a language model, with a random head. */
    public static Path reward(Path folder, Path languageModel, long seed) throws IOException {
        return reward(folder, languageModel, seed, 0);
    }

    /** As {@link #reward(Path, Path, long)}, with a {@code reward_mean}. */
    public static Path reward(Path folder, Path languageModel, long seed, double mean) throws IOException {
        try (Torch torch = Torch.open("cpu");
                ScalarModel model = ScalarModel.load(
                        torch, languageModel, Precision.of(Dtype.FLOAT32), false, ScalarModel.HeadInit.NORMAL, seed)) {
            folder.toFile().mkdirs();
            model.write(folder, Dtype.FLOAT32, ShardSize.standard(), model.padding(), mean, 1);
            HfFolder.copyCompanions(languageModel, folder);
            return folder;
        }
    }

    /** Returns the logits of a language model for a short sequence. */
    public static float[] logits(Path folder) {
        try (Torch torch = TestDevice.open();
                CausalLm lm = CausalLm.load(torch, folder, Precision.of(Dtype.FLOAT32), false)) {
            return lm.logits(Input.rightPadded(torch, new long[] {5, 6, 7, 8, 9, 10, 11}, 1))
                    .toFloatArray();
        }
    }

    /** Sets one row of a stored fp32 weight, or one element of a vector, to NaN. */
    public static void poison(Path folder, String name, int row) throws IOException {
        Path file = folder.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int header = Math.toIntExact(buffer.getLong());
        JsonNode entry = Json.mapper()
                .readTree(new String(bytes, 8, header, StandardCharsets.UTF_8))
                .path(name);
        int width = entry.path("shape").path(1).asInt(1);
        int at = 8 + header + entry.path("data_offsets").path(0).asInt() + 4 * width * row;
        for (int i = 0; i < width; i++) {
            buffer.putFloat(at + 4 * i, Float.NaN);
        }
        Files.write(file, bytes);
    }

    private static Path write(Path folder, ObjectNode json, int padding, Dtype stored, long seed) throws IOException {
        BpeTrainer.train(TEXT, 400, 1).save(folder);
        return weights(folder, json, padding, stored, seed);
    }

    private static Path weights(Path folder, ObjectNode json, int padding, Dtype stored, long seed) throws IOException {
        try (Torch torch = Torch.open("cpu");
                Tokenizer tokenizer = Tokenizer.load(folder)) {
            json.put("vocab_size", tokenizer.vocabSize() + padding).put("eos_token_id", tokenizer.eosId());
            json.put("initializer_range", 0.2); // far from uniform, so that temperature and seeds show
            ModelConfig config = Families.read(json, "TinyModels");
            try (CausalLm model = CausalLm.create(torch, config, Dtype.FLOAT32, seed)) {
                model.write(folder, stored, ShardSize.standard());
            }
        }
        return folder;
    }
}
