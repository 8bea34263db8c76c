package dev.rlhf.inference;

import dev.rlhf.base.InputException;
import dev.rlhf.checkpoint.AdapterFolder;
import dev.rlhf.checkpoint.HfFolder;
import dev.rlhf.model.Families;
import dev.rlhf.model.ModelConfig;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.Tokenizer;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model folder with its tokenizer open: a whole checkpoint, or an adapter with the base that it names. Every stage
 * finds config, tokenizer and chat format through this class; {@link Models} loads the weights, and {@link ModelFolder}
 * writes such folders. An adapter folder without a tokenizer uses its base's. Closing the checkpoint closes the
 * tokenizer.
 */
public final class Checkpoint implements AutoCloseable {
    private final Path folder;
    private final @Nullable Tokenizer tokenizer;

    private Checkpoint(Path folder, @Nullable Tokenizer tokenizer) {
        this.folder = folder;
        this.tokenizer = tokenizer;
    }

    /**
     * Opens a folder and its tokenizer, if there is one.
     *
     * @throws InputException if it holds neither a checkpoint nor an adapter, if an adapter's base does not exist, or
     *     if the tokenizer cannot be read
     */
    public static Checkpoint open(Path folder) {
        requireWeights(folder);
        return new Checkpoint(folder, findTokenizer(folder).orElse(null));
    }

    /**
     * Returns a folder without opening its tokenizer, for weights that are run on token ids. It need not be closed.
     *
     * @throws InputException if it holds neither a checkpoint nor an adapter, or if an adapter's base does not exist
     */
    public static Checkpoint weightsOf(Path folder) {
        requireWeights(folder);
        return new Checkpoint(folder, null);
    }

    private static void requireWeights(Path folder) {
        HfFolder.of(AdapterFolder.baseOf(folder));
    }

    /** Opens only the tokenizer of a folder, which need not have weights. The caller closes it. */
    public static Optional<Tokenizer> findTokenizer(Path folder) {
        Path texts = tokenizerFolder(folder);
        return Tokenizer.existsIn(texts)
                ? Optional.of(Tokenizer.load(texts, AdapterFolder.baseOf(folder)))
                : Optional.empty();
    }

    /** Returns where a model's tokenizer is: its folder, or the base's for an adapter folder without one. */
    static Path tokenizerFolder(Path model) {
        return Tokenizer.existsIn(model) ? model : AdapterFolder.baseOf(model);
    }

    /**
     * Opens a folder with a tokenizer, for a model that does not exist yet.
     *
     * @throws InputException if it has none
     */
    public static Checkpoint ofTokenizer(Path folder) {
        return new Checkpoint(folder, Tokenizer.load(folder));
    }

    public Path folder() {
        return folder;
    }

    /** Returns the tokenizer; empty for a folder that has none. */
    public Optional<Tokenizer> findTokenizer() {
        return Optional.ofNullable(tokenizer);
    }

    /**
     * Returns the tokenizer.
     *
     * @throws InputException if the folder has none
     */
    public Tokenizer tokenizer() {
        return findTokenizer().orElseThrow(() -> Tokenizer.missing(tokenizerFolder(folder)));
    }

    /**
     * Reads the model's config.
     *
     * @throws InputException if it cannot be read
     */
    public ModelConfig config() {
        return Families.read(folder);
    }

    /**
     * Returns the model's chat format ({@link ConversationFormat#of}).
     *
     * @throws InputException if there is no tokenizer
     */
    public ConversationFormat format() {
        return ConversationFormat.of(tokenizer());
    }

    /**
     * Refuses a tokenizer, or special tokens in the model's files, with ids for which the model has no embedding. More
     * embeddings than tokens are allowed: many models' embeddings are padded to a round number.
     * @throws InputException with both sizes
     */
    void requireFit(ModelConfig config) {
        findTokenizer().ifPresent(own -> own.requireIdsBelow(config.vocabSize()));
        if (tokenizer != null && tokenizer.vocabSize() > config.vocabSize()) {
            if (AdapterFolder.isAdapter(folder) && Tokenizer.existsIn(folder)) {
                throw InputException.at(
                        folder,
                        ("the adapter's tokenizer has %d tokens and its base %s only %d, so it was trained on another"
                                        + " base or a resized one; name that base, or resize this one (transformers:"
                                        + " model.resize_token_embeddings(%d)) and save it")
                                .formatted(
                                        tokenizer.vocabSize(),
                                        AdapterFolder.of(folder).base(),
                                        config.vocabSize(),
                                        tokenizer.vocabSize()));
            }
            throw InputException.at(
                    folder,
                    ("the tokenizer has %d tokens and the model only %d; use the tokenizer that the model was trained"
                                    + " with, or give the model more embeddings (transformers:"
                                    + " model.resize_token_embeddings(%d))")
                            .formatted(tokenizer.vocabSize(), config.vocabSize(), tokenizer.vocabSize()));
        }
    }

    @Override
    public void close() {
        if (tokenizer != null) {
            tokenizer.close();
        }
    }
}
