package dev.rlhf.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.rlhf.base.InputException;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Input;
import dev.rlhf.model.KvCache;
import dev.rlhf.tensor.CounterRng;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Batch generation with a KV cache. Prompts are taken in order of length, so that a batch pads little; rows that have ended
 * leave the batch. A row's draws depend on (seed, stream, step) alone, so its completion does not depend on which batch it
 * sat in.
 */
public final class Generator {
    private final Torch torch;
    private final CausalLm model;
    private final int batchSize;

    /** @param batchSize rows decoded together; more is faster until memory or the device is full */
    public Generator(Torch torch, CausalLm model, int batchSize) {
        this.torch = torch;
        this.model = model;
        this.batchSize = batchSize;
    }

    /** Completions in the prompts' order; row i draws from stream i. */
    public List<Completion> generate(List<int[]> prompts, Sampling sampling) {
        return generate(
                prompts, IntStream.range(0, prompts.size()).asLongStream().toArray(), sampling, done -> {});
    }

    /**
     * Completions in the prompts' order.
     *
     * @param streams a number for each row that its randomness hangs on, unique within the run
     * @param progress is told how many rows are done
     */
    public List<Completion> generate(List<int[]> prompts, long[] streams, Sampling sampling, IntConsumer progress) {
        return generate(prompts, streams, sampling, progress, (row, token) -> true);
    }

    /**
     * The same, token by token.
     *
     * @param listener is told every token as soon as it is drawn, and may end its row with it
     */
    public List<Completion> generate(
            List<int[]> prompts, long[] streams, Sampling sampling, IntConsumer progress, TokenListener listener) {
        int longest = prompts.stream().mapToInt(p -> p.length).max().orElse(0);
        check(prompts, longest, sampling);
        Integer[] order = IntStream.range(0, prompts.size()).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingInt(i -> prompts.get(i).length));
        Completion[] done = new Completion[prompts.size()];
        for (int from = 0; from < order.length; from += batchSize) {
            int to = Math.min(order.length, from + batchSize);
            List<Row> rows = new ArrayList<>();
            for (int at = from; at < to; at++) {
                int i = order[at];
                rows.add(new Row(i, streams[i], prompts.get(i), sampling.maxNewTokens(), listener));
            }
            decode(rows, sampling);
            rows.forEach(row -> done[row.index] = row.completion());
            progress.accept(to);
        }
        return Arrays.asList(done);
    }

    private void check(List<int[]> prompts, int longest, Sampling sampling) {
        if (prompts.stream().anyMatch(p -> p.length == 0)) {
            throw new InputException("a prompt has no tokens; generation needs at least one");
        }
        int limit = model.config().maxPositions();
        if (longest + sampling.maxNewTokens() > limit) {
            throw new InputException("a prompt of " + longest + " tokens and max_new_tokens " + sampling.maxNewTokens()
                    + " exceed the model's " + limit + " positions");
        }
    }

    private void decode(List<Row> all, Sampling sampling) {
        int width = all.stream().mapToInt(row -> row.prompt.length).max().orElseThrow();
        List<Row> rows = new ArrayList<>(all);
        KvCache cache = KvCache.allocate(
                torch,
                model.config(),
                rows.size(),
                width + sampling.maxNewTokens(),
                model.parameters().compute());
        try {
            prefill(rows, width, cache, sampling);
            for (int step = 1; step < sampling.maxNewTokens(); step++) {
                int alive = (int) rows.stream().filter(row -> !row.ended).count();
                if (alive == 0) {
                    break;
                }
                if (alive <= rows.size() * 3 / 4) { // copying the cache pays off when a quarter has left
                    KvCache smaller = cache.select(IntStream.range(0, rows.size())
                            .filter(i -> !rows.get(i).ended)
                            .toArray());
                    cache.close();
                    cache = smaller;
                    rows.removeIf(row -> row.ended);
                }
                step(rows, cache, sampling);
            }
        } finally {
            cache.close();
        }
    }

    /** All prompts at once, right-padded; padding's keys are overwritten by the tokens that come. */
    private void prefill(List<Row> rows, int width, KvCache cache, Sampling sampling) {
        long[] ids = new long[rows.size() * width];
        long[] last = new long[rows.size()];
        for (int r = 0; r < rows.size(); r++) {
            int[] prompt = rows.get(r).prompt;
            for (int t = 0; t < prompt.length; t++) {
                ids[r * width + t] = prompt[t];
            }
            last[r] = (long) r * width + prompt.length - 1;
        }
        try (Scope _ = new Scope()) {
            Input plain = Input.rightPadded(torch, ids, rows.size());
            Input input = new Input(plain.ids(), plain.positions(), List.of(), List.of(cache), width);
            NDArray hidden = torch.kernels().call("pick", model.hidden(input, false), torch.longs(last, last.length));
            draw(rows, model.project(hidden), sampling);
        }
    }

    private void step(List<Row> rows, KvCache cache, Sampling sampling) {
        int n = rows.size();
        long[] ids = new long[n];
        long[] positions = new long[n];
        for (int r = 0; r < n; r++) {
            Row row = rows.get(r);
            ids[r] = row.ids[row.count - 1];
            positions[r] = row.prompt.length + row.count - 1L;
        }
        int columns = (int) Arrays.stream(positions).max().orElseThrow() + 1;
        try (Scope _ = new Scope()) {
            NDArray place = torch.longs(positions, n, 1);
            NDArray mask = torch.kernels().call("seen", place, columns);
            Input input = new Input(torch.longs(ids, n, 1), place, List.of(mask), List.of(cache), columns);
            draw(rows, model.project(model.hidden(input, false).squeeze(1)), sampling);
        }
    }

    /** One token a row from logits [B, V]; rows that have ended draw too and forget it. */
    private void draw(List<Row> rows, NDArray logits, Sampling sampling) {
        double[] u = new double[rows.size()];
        for (int r = 0; r < u.length; r++) {
            u[r] = CounterRng.uniform(sampling.seed(), rows.get(r).stream, rows.get(r).count);
        }
        NDList drawn = torch.kernels()
                .callAll(
                        "sample",
                        logits,
                        sampling.temperature(),
                        sampling.topK(),
                        sampling.topP(),
                        torch.manager().create(u));
        long[] tokens = drawn.get(0).toLongArray();
        float[] logprobs = drawn.get(1).toFloatArray();
        for (int r = 0; r < u.length; r++) {
            rows.get(r).add((int) tokens[r], logprobs[r], sampling);
        }
    }

    /** One sequence being written. */
    private static final class Row {
        final int index;
        final long stream;
        final int[] prompt;
        final int[] ids;
        final float[] logprobs;
        int count;
        boolean stopped;
        boolean ended;
        final TokenListener listener;

        Row(int index, long stream, int[] prompt, int limit, TokenListener listener) {
            this.listener = listener;
            this.index = index;
            this.stream = stream;
            this.prompt = prompt;
            this.ids = new int[limit];
            this.logprobs = new float[limit];
        }

        void add(int token, float logprob, Sampling sampling) {
            if (ended) {
                return;
            }
            ids[count] = token;
            logprobs[count++] = logprob;
            stopped = sampling.stopIds().contains(token);
            boolean goesOn = listener.token(index, token);
            ended = stopped || !goesOn;
        }

        Completion completion() {
            return new Completion(Arrays.copyOf(ids, count), Arrays.copyOf(logprobs, count), stopped);
        }
    }
}
