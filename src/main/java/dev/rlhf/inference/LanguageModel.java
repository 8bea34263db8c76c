package dev.rlhf.inference;

import dev.rlhf.base.InputException;
import dev.rlhf.generate.GeneratedCompletion;
import dev.rlhf.generate.Generator;
import dev.rlhf.generate.Sampling;
import dev.rlhf.generate.TokenListener;
import dev.rlhf.model.CausalLm;
import dev.rlhf.tensor.Torch;
import dev.rlhf.text.Chat;
import dev.rlhf.text.Message;
import dev.rlhf.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A frozen language model with its tokenizer: encodes prompts, completes them, and decodes completions. Every stage
 * that generates text opens its model here. Owns weights and tokenizer; one thread at a time.
 */
public final class LanguageModel implements AutoCloseable {
    private final Torch torch;
    private final PromptEncoder encoder;
    private final CausalLm lm;
    private final GenerationDefaults defaults;

    private LanguageModel(Torch torch, PromptEncoder encoder, CausalLm lm) {
        this.torch = torch;
        this.encoder = encoder;
        this.lm = lm;
        this.defaults = GenerationDefaults.read(encoder.checkpoint().folder(), lm.config());
    }

    /** Opens a checkpoint or adapter folder; prompts are encoded in its chat format. */
    public static LanguageModel open(Models models, Path folder) {
        return open(models, folder, null, null);
    }

    /**
     * Opens a checkpoint or adapter folder.
     * @param template text around {@link PromptEncoder#PROMPT}, for a model that was not trained on conversations;
     *     null: its chat format, or the bare prompt if the vocabulary has no token that ends an answer
     * @param system system message added to conversations without one; null: none
     * @throws InputException if there is no such checkpoint, or its tokenizer does not fit its weights
     */
    public static LanguageModel open(Models models, Path folder, @Nullable String template, @Nullable String system) {
        return open(models, PromptEncoder.openTemplate(folder, template, system));
    }

    /** Opens the weights of the checkpoint of {@code encoder}, and takes ownership of {@code encoder}. */
    public static LanguageModel open(Models models, PromptEncoder encoder) {
        try {
            CausalLm lm = models.frozen(encoder.checkpoint());
            try {
                return new LanguageModel(models.torch(), encoder, lm);
            } catch (RuntimeException e) {
                lm.close();
                throw e;
            }
        } catch (RuntimeException e) {
            encoder.close();
            throw e;
        }
    }

    public CausalLm lm() {
        return lm;
    }

    public PromptEncoder encoder() {
        return encoder;
    }

    /**
     * Returns the tokenizer.
     *
     * @throws InputException if the folder has none
     */
    public Tokenizer tokenizer() {
        return encoder.checkpoint().tokenizer();
    }

    /** Returns the generation settings of the checkpoint. */
    public GenerationDefaults defaults() {
        return defaults;
    }

    /**
     * Returns whether prompts are encoded in a chat format; log-probabilities are comparable only between models that
     * both have one.
     */
    public boolean hasChatFormat() {
        return encoder.hasChatFormat();
    }

    /** See {@link PromptEncoder#prompt}. */
    public int[] prompt(Chat chat) {
        return encoder.prompt(chat);
    }

    /** Encodes a conversation without template variables. */
    public int[] prompt(List<Message> messages) {
        return prompt(Chat.of(messages));
    }

    /** Decodes a completion without its special tokens. */
    public String text(GeneratedCompletion completion) {
        return tokenizer().decode(completion.visibleIds(), true);
    }

    /** Returns the tokens that end a completion. */
    public Set<Integer> stopIds() {
        return encoder.stopIds(defaults.eosIds());
    }

    /** Returns settings for greedy decoding. */
    public Sampling greedy(int maxNewTokens) {
        return Sampling.greedy(maxNewTokens, stopIds());
    }

    /** Returns settings for sampling, without min-p and logit rules; parameters as in {@link Sampling}. */
    public Sampling sampling(double temperature, int topK, double topP, int maxNewTokens, long seed) {
        return new Sampling(temperature, topK, topP, maxNewTokens, stopIds(), seed);
    }

    /** Generates one completion, reporting each token; its draws come from the random stream {@code stream}. */
    public GeneratedCompletion stream(int[] prompt, long stream, Sampling sampling, TokenListener listener) {
        return new Generator(torch, lm, 1)
                .generate(List.of(prompt), new long[] {stream}, sampling, done -> {}, listener)
                .getFirst();
    }

    /**
     * As {@link #complete(List, int, Sampling, int, InterruptibleProgress, TokenListener)}, without a listener.
     */
    public List<List<GeneratedCompletion>> complete(
            List<int[]> prompts, int each, Sampling sampling, int batchSize, InterruptibleProgress progress) {
        return complete(prompts, each, sampling, batchSize, progress, (row, token) -> true);
    }

    /**
     * Generates {@code each} completions per prompt. Completion k of prompt i draws from stream i · each + k, so it
     * does not depend on the batch size.
     *
     * @param listener is called with row i · each + k
     * @return completions by prompt
     */
    public List<List<GeneratedCompletion>> complete(
            List<int[]> prompts,
            int each,
            Sampling sampling,
            int batchSize,
            InterruptibleProgress progress,
            TokenListener listener) {
        List<int[]> rows = prompts.stream()
                .flatMap(prompt -> Collections.nCopies(each, prompt).stream())
                .toList();
        long[] streams = LongStream.range(0, rows.size()).toArray();
        List<GeneratedCompletion> all =
                new Generator(torch, lm, batchSize).generate(rows, streams, sampling, progress::done, listener);
        List<List<GeneratedCompletion>> byPrompt = new ArrayList<>();
        for (int at = 0; at < all.size(); at += each) {
            byPrompt.add(List.copyOf(all.subList(at, at + each)));
        }
        return byPrompt;
    }

    @Override
    public void close() {
        lm.close();
        encoder.close();
    }
}
