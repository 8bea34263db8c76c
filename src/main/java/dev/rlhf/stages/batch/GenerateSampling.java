package dev.rlhf.stages.batch;

import dev.rlhf.base.InputException;
import dev.rlhf.generate.LogitRules;
import dev.rlhf.generate.Sampling;
import dev.rlhf.inference.GenerationDefaults;
import dev.rlhf.inference.RowTokens;
import dev.rlhf.text.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The options of {@link Generate} that say how tokens are chosen, with what the checkpoint says where they are left out. */
final class GenerateSampling {
    private GenerateSampling() {}

    /** @throws InputException if texts are given and there is no tokenizer */
    static Sampling of(GenerateOptions options, int maxNewTokens, GenerationDefaults defaults, RowTokens tokens) {
        Set<Integer> stops =
                options.eos_token_id() == null ? tokens.stopIds(defaults) : Set.copyOf(options.eos_token_id());
        Double repetition = options.repetition_penalty();
        LogitRules rules = new LogitRules(
                repetition == null ? defaults.repetitionPenalty() : repetition,
                options.presence_penalty(),
                options.frequency_penalty(),
                badWords(options, tokens),
                options.min_new_tokens());
        if (!options.stop_strings().isEmpty() && tokens.tokenizer().isEmpty()) {
            throw new InputException("stop_strings: needs a tokenizer, and %s has no tokenizer.json; give eos_token_id"
                    .formatted(options.model_name_or_path()));
        }
        return new Sampling(
                        options.temperature(), options.top_k(), options.top_p(), maxNewTokens, stops, options.seed())
                .withMinP(options.min_p())
                .withRules(rules);
    }

    /** Ids of the words as a text begins with them, after a space, and within a text: the spellings that a model may choose from. */
    private static List<List<Integer>> badWords(GenerateOptions options, RowTokens tokens) {
        Set<List<Integer>> all = new LinkedHashSet<>(options.bad_words_ids());
        for (String word : options.bad_words()) {
            Tokenizer tokenizer = tokens.tokenizer()
                    .orElseThrow(() -> new InputException(
                            "bad_words: needs a tokenizer, and %s has no tokenizer.json; give bad_words_ids"
                                    .formatted(options.model_name_or_path())));
            for (int[] ids :
                    List.of(tokenizer.encode(word), tokenizer.encode(" " + word), tokenizer.encodeContinuation(word))) {
                all.add(IntStream.of(ids).boxed().toList());
            }
        }
        return new ArrayList<>(all);
    }
}
