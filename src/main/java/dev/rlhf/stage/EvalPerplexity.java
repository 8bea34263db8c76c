package dev.rlhf.stage;

import dev.rlhf.data.Document;
import dev.rlhf.text.SpecialTokens;
import dev.rlhf.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Perplexity of documents: exp of the mean of −log p over their tokens, at temperature 1. A document stands between end-of-text
 * tokens as in pretraining, if the vocabulary has one, and its end counts. What is longer than the model's positions is cut into
 * windows that do not overlap; a window's first token is seen and not scored. Depends on the vocabulary: compare models of one.
 */
final class EvalPerplexity {
    private EvalPerplexity() {}

    static double of(OpenModel model, Scorer scorer, List<Document> documents, StageContext context) {
        List<Scorer.Sequence> windows = windows(model, documents);
        double sum = 0;
        long tokens = 0;
        try (Watch watch = Watch.start(context, "perplexity", windows.size(), "window")) {
            for (float[] logprobs : scorer.logprobs(model.lm(), windows, 1, watch::done)) {
                for (float logprob : logprobs) {
                    sum -= logprob;
                }
                tokens += logprobs.length;
            }
        }
        return Math.exp(sum / tokens);
    }

    private static List<Scorer.Sequence> windows(OpenModel model, List<Document> documents) {
        int width = model.lm().config().maxPositions();
        List<Scorer.Sequence> windows = new ArrayList<>();
        for (Document document : documents) {
            int[] ids = between(model.tokenizer(), document.text());
            for (int from = 0; from + 1 < ids.length; from += width) {
                int[] window = Arrays.copyOfRange(ids, from, Math.min(ids.length, from + width));
                if (window.length > 1) {
                    windows.add(new Scorer.Sequence(window, 1));
                }
            }
        }
        return windows;
    }

    private static int[] between(Tokenizer tokenizer, String text) {
        int[] ids = tokenizer.encode(text);
        OptionalInt mark = tokenizer.idOf(SpecialTokens.END_OF_TEXT);
        if (mark.isEmpty()) {
            return ids;
        }
        int[] marked = new int[ids.length + 2];
        marked[0] = mark.getAsInt();
        System.arraycopy(ids, 0, marked, 1, ids.length);
        marked[ids.length + 1] = mark.getAsInt();
        return marked;
    }
}
