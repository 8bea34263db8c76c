package dev.rlhf.stages.supervised;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.data.TokenStream;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.Models;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Families;
import dev.rlhf.model.ModelConfig;
import dev.rlhf.tensor.Scope;
import dev.rlhf.text.BpeTrainer;
import dev.rlhf.text.CharTokenizer;
import dev.rlhf.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** A new model and its tokenizer. */
final class NewModel {
    /** Folder of a trained tokenizer, in the output folder. */
    static final String TOKENIZER = "tokenizer";

    private NewModel() {}

    /** Opens the given tokenizer, or trains one on the training part and saves it. */
    static Checkpoint tokenizer(PretrainOptions o, List<String> texts) throws IOException {
        if (o.tokenizer().equals("folder")) {
            return Checkpoint.ofTokenizer(Objects.requireNonNull(o.tokenizer_path()));
        }
        Path folder = o.loop().output_dir().resolve(TOKENIZER);
        if (o.tokenizer().equals("char")) {
            CharTokenizer.train(texts, false).save(folder);
        } else {
            BpeTrainer.train(texts, o.vocab_size(), 2).save(folder);
        }
        return Checkpoint.ofTokenizer(folder);
    }

    /**
     * Creates the model that {@code config} describes, with random weights.
     *
     * @throws InputException if the config is not supported, or its vocabulary is smaller than the tokenizer's
     */
    static CausalLm create(Models session, PretrainOptions o, Tokenizer tokenizer) {
        ObjectNode json = Json.mapper().valueToTree(o.config());
        if (!json.has("vocab_size")) {
            json.put("vocab_size", tokenizer.vocabSize());
        }
        if (json.path("vocab_size").asInt() < tokenizer.vocabSize()) {
            throw new InputException("config.vocab_size " + json.path("vocab_size")
                    + " is smaller than the tokenizer's " + tokenizer.vocabSize());
        }
        if (tokenizer.hasEos()) {
            json.put("bos_token_id", PretrainData.separator(tokenizer));
            json.put("eos_token_id", tokenizer.eosId());
            json.put("pad_token_id", tokenizer.padId());
        }
        ModelConfig config = Families.readNew(json, "config");
        return CausalLm.create(
                session.torch(), config, session.compute(), o.loop().seed());
    }

    /**
     * Resets the embeddings of tokens that never occurred, mainly chat markers. With a tied head, training only makes
     * such tokens less likely, which results in long vectors that disturb the first conversations. Their embeddings
     * become zero; the token that ends a turn gets the embedding of the newline, which ends a line of a transcript.
     */
    static void resetUnseenTokens(Models session, CausalLm model, TokenStream train, Tokenizer tokenizer) {
        boolean[] seen = train.seen(model.config().vocabSize());
        float[] keep = new float[seen.length];
        for (int id = 0; id < keep.length; id++) {
            keep[id] = seen[id] ? 1 : 0;
        }
        int newline = newline(tokenizer);
        try (Scope _ = new Scope()) {
            NDArray embedding = model.parameters().get(model.config().embeddingName());
            embedding.muli(session.torch().floats(keep, keep.length, 1));
            if (tokenizer.hasEos() && !seen[tokenizer.eosId()] && newline >= 0 && seen[newline]) {
                session.torch().kernels().invoke("assign_row", embedding, tokenizer.eosId(), newline);
                if (!model.config().tied()) {
                    session.torch().kernels().invoke("assign_row", model.head(), tokenizer.eosId(), newline);
                }
            }
        }
    }

    /**
     * Returns the token of a single newline; -1 if the vocabulary has none, for example if it was made from a single
     * line.
     */
    private static int newline(Tokenizer tokenizer) {
        try {
            int[] ids = tokenizer.encode("\n");
            return ids.length == 1 ? ids[0] : -1;
        } catch (InputException unknownCharacter) {
            return -1;
        }
    }
}
