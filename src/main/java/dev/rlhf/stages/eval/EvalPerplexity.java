package dev.rlhf.stages.eval;

import dev.rlhf.base.Bootstrap;
import dev.rlhf.base.Floats;
import dev.rlhf.base.Interval;
import dev.rlhf.data.Document;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.LogProbScorer;
import dev.rlhf.stage.StageContext;
import dev.rlhf.text.SpecialTokens;
import dev.rlhf.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Perplexity of documents: exp of the mean of −log p over their tokens, at temperature 1. As in pretraining, each
 * document is enclosed in end-of-text tokens, if the vocabulary has one, and the closing one counts. Documents longer
 * than the model's positions are cut into windows that do not overlap; a window's first token is not scored. Only
 * comparable between models of the same vocabulary.
 */
final class EvalPerplexity {
    private EvalPerplexity() {}

    /** Computes the perplexity, with an interval over documents. */
    static Interval of(LanguageModel model, LogProbScorer scorer, List<Document> documents, StageContext context) {
        List<Window> windows = windows(model, documents);
        double[] loss = new double[documents.size()];
        long[] tokens = new long[documents.size()];
        try (InterruptibleProgress watch =
                InterruptibleProgress.start(context, "perplexity", windows.size(), "window")) {
            List<LogProbScorer.Sequence> sequences =
                    windows.stream().map(Window::sequence).toList();
            List<float[]> all = scorer.logprobs(model.lm(), sequences, 1, watch::done);
            for (int i = 0; i < windows.size(); i++) {
                int document = windows.get(i).document();
                loss[document] -= Floats.sum(all.get(i));
                tokens[document] += all.get(i).length;
            }
        }
        List<Integer> each = IntStream.range(0, documents.size()).boxed().toList();
        return Bootstrap.of(
                each,
                some -> Math.exp(some.stream().mapToDouble(d -> loss[d]).sum()
                        / some.stream().mapToLong(d -> tokens[d]).sum()));
    }

    private record Window(int document, LogProbScorer.Sequence sequence) {}

    private static List<Window> windows(LanguageModel model, List<Document> documents) {
        int width = model.lm().config().maxPositions();
        List<Window> windows = new ArrayList<>();
        for (int d = 0; d < documents.size(); d++) {
            int[] ids = enclosed(model.tokenizer(), documents.get(d).text());
            for (int from = 0; from + 1 < ids.length; from += width) {
                int[] window = Arrays.copyOfRange(ids, from, Math.min(ids.length, from + width));
                if (window.length > 1) {
                    windows.add(new Window(d, new LogProbScorer.Sequence(window, 1)));
                }
            }
        }
        return windows;
    }

    private static int[] enclosed(Tokenizer tokenizer, String text) {
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
