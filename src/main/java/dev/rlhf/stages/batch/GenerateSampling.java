package dev.rlhf.stages.batch;

import dev.rlhf.base.InputException;
import dev.rlhf.generate.LogitRules;
import dev.rlhf.generate.Sampling;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.SamplingOptions;
import dev.rlhf.text.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Makes the sampling settings of {@link Generate} from its options, and from the checkpoint's defaults for omitted
 * ones.
 */
final class GenerateSampling {
    private GenerateSampling() {}

    /**
     * Returns the settings.
     *
     * @throws InputException if texts are given and there is no tokenizer, or the model has no token of a given id
     */
    static Sampling of(GenerateOptions options, int maxNewTokens, LanguageModel model) {
        checkIds("eos_token_id", options.eos_token_id() == null ? List.of() : options.eos_token_id(), model);
        options.bad_words_ids().forEach(ids -> checkIds("bad_words_ids", ids, model));
        Set<Integer> stops = options.eos_token_id() == null ? model.stopIds() : Set.copyOf(options.eos_token_id());
        SamplingOptions sampling = options.sampling();
        LogitRules rules = sampling.rules(model.defaults(), badWords(options, model), options.min_new_tokens());
        if (!sampling.stop_strings().isEmpty() && model.encoder().tokenizer().isEmpty()) {
            throw new InputException("stop_strings: needs a tokenizer, and %s has no tokenizer.json; give eos_token_id"
                    .formatted(options.encoder().model().model_name_or_path()));
        }
        return new Sampling(
                sampling.temperature(),
                sampling.top_k(),
                sampling.nucleus().top_p(),
                sampling.min_p(),
                maxNewTokens,
                stops,
                sampling.completion().seed(),
                rules);
    }

    private static void checkIds(String option, List<Integer> ids, LanguageModel model) {
        int size = model.lm().config().vocabSize();
        for (int id : ids) {
            if (id < 0 || id >= size) {
                throw new InputException(
                        "%s: %d is not a token of the model, which has 0 to %d".formatted(option, id, size - 1));
            }
        }
    }

    /**
     * Encodes each word in the three ways in which a model may generate it: at the start of a text, after a space, and
     * within a text.
     */
    private static List<List<Integer>> badWords(GenerateOptions options, LanguageModel model) {
        Set<List<Integer>> all = new LinkedHashSet<>(options.bad_words_ids());
        for (String word : options.bad_words()) {
            Tokenizer tokenizer = model.encoder()
                    .tokenizer()
                    .orElseThrow(() -> new InputException(
                            "bad_words: needs a tokenizer, and %s has no tokenizer.json; give bad_words_ids"
                                    .formatted(options.encoder().model().model_name_or_path())));
            for (int[] ids :
                    List.of(tokenizer.encode(word), tokenizer.encode(" " + word), tokenizer.encodeContinuation(word))) {
                all.add(IntStream.of(ids).boxed().toList());
            }
        }
        return new ArrayList<>(all);
    }
}
