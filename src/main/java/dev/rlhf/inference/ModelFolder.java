package dev.rlhf.inference;

import dev.rlhf.base.AtomicFiles;
import dev.rlhf.checkpoint.AdapterFolder;
import dev.rlhf.checkpoint.HfFolder;
import dev.rlhf.checkpoint.ShardSize;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.ModelConfig;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.text.ChatMl;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.PaddingToken;
import dev.rlhf.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Writes checkpoint folders for later stages and transformers: weights, config and tokenizer. {@link Checkpoint} reads
 * them.
 */
public final class ModelFolder {
    private ModelFolder() {}

    /**
     * Writes a language model into {@code outputDir/model} atomically.
     *
     * @param companions the folder whose tokenizer files are copied
     * @param maxShardSize the maximum size of a weight file, as in the option {@code max_shard_size}
     */
    public static Path save(Path outputDir, CausalLm model, Path companions, String maxShardSize) throws IOException {
        Path target = outputDir.resolve("model");
        AtomicFiles.writeFolder(target, folder -> write(folder, model, companions, maxShardSize));
        return target;
    }

    /**
     * Like {@link #save}, for a model that was trained on conversations. The folder gets ChatML's template if that
     * format was used without one, and the token that ends an answer is among the end tokens of generation_config.json,
     * so that transformers writes conversations and ends answers as in training.
     */
    public static Path saveChat(Path outputDir, CausalLm model, Path companions, String maxShardSize)
            throws IOException {
        Path target = outputDir.resolve("model");
        AtomicFiles.writeFolder(target, folder -> {
            write(folder, model, companions, maxShardSize);
            if (Tokenizer.existsIn(folder)) {
                try (Tokenizer tokenizer = Tokenizer.load(folder)) {
                    addChatFormat(folder, tokenizer);
                }
            }
        });
        return target;
    }

    private static void write(Path folder, CausalLm model, Path companions, String maxShardSize) throws IOException {
        model.write(folder, Dtype.FLOAT32, ShardSize.parse(maxShardSize));
        copyCompanions(companions, folder);
        HfFolder.writeGenerationConfig(folder, model.config().json());
    }

    private static void addChatFormat(Path folder, Tokenizer tokenizer) throws IOException {
        Optional<ConversationFormat> format = ConversationFormat.find(tokenizer);
        if (format.isPresent()) {
            if (format.get() instanceof ChatMl) {
                ChatMl.writeTemplate(folder);
            }
            HfFolder.addEndToken(folder, tokenizer.eosIds(), format.get().endId());
        }
    }

    /**
     * Writes a reward model or a critic into {@code target} atomically.
     *
     * @param mean mean that is subtracted from raw scores, {@code reward_mean}
     * @param std standard deviation of raw scores, {@code reward_std}
     */
    public static void save(
            Path target, ScalarModel model, Path companions, String maxShardSize, double mean, double std)
            throws IOException {
        AtomicFiles.writeFolder(
                target,
                folder -> write(folder, model, companions, Dtype.FLOAT32, ShardSize.parse(maxShardSize), mean, std));
    }

    /**
     * Writes a reward model or a critic into a folder that the caller writes atomically. Config and tokenizer name the
     * same {@link PaddingToken}, so that transformers scores the same tokens as this program.
     */
    public static void write(
            Path folder, ScalarModel model, Path companions, Dtype stored, ShardSize limit, double mean, double std)
            throws IOException {
        copyCompanions(companions, folder);
        ModelConfig config = model.config();
        Optional<Tokenizer> found = Checkpoint.findTokenizer(companions);
        if (found.isEmpty()) {
            model.write(folder, stored, limit, model.padding(), mean, std);
            return;
        }
        try (Tokenizer tokenizer = found.get()) {
            PaddingToken padding = PaddingToken.find(tokenizer, Set.copyOf(config.eosIds()), config.vocabSize())
                    .orElse(null);
            PaddingToken.writeTo(folder, padding);
            OptionalInt id = padding == null ? OptionalInt.empty() : OptionalInt.of(padding.id());
            model.write(folder, stored, limit, id, mean, std);
        }
    }

    /**
     * Copies the files that {@link Checkpoint} reads: tokenizer, chat template and generation config. Files that an
     * adapter folder lacks come from its base; a tokenizer and its chat template stay together.
     */
    public static void copyCompanions(Path model, Path to) throws IOException {
        HfFolder.copyCompanions(Checkpoint.tokenizerFolder(model), to);
        HfFolder.copyCompanions(model, to);
        if (AdapterFolder.isAdapter(model)) {
            HfFolder.copyGenerationConfig(AdapterFolder.of(model).base(), to);
        }
    }
}
