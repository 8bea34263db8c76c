package dev.rlhf.generate;

import dev.rlhf.base.InputException;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.KvCache;
import dev.rlhf.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Batch generation with a paged KV cache and continuous batching: when a row ends, a waiting row joins. Prompts are
 * prefilled in order of length; completions of the same prompt share its prefill and its cache. A row's draws depend
 * only on (seed, stream, step), so its completion does not depend on its batch, up to the rounding of sums in another
 * order.
 *
 * <p>One thread at a time. Each call reads the model's current parameters, so the model may be trained between calls.
 */
public final class Generator {
    /**
     * Models with fewer parameters generate on one CPU thread: waking other threads for each small operator costs more
     * than it saves, and on a busy machine every operator would wait for the slowest thread. Two threads were slower at
     * 2.2 million parameters and faster at 25 million: docs/reference/benchmarks.md.
     */
    private static final long PARAMETERS_FOR_THREADS = 4_000_000;

    /**
     * Batches of at least this many rows are decoded as two halves at the same time, each by half of the CPU's threads:
     * they wait for each other less often, but each reads all weights. Measured on two cores:
     * docs/explanation/generation.md.
     */
    private static final int ROWS = 64;

    /** The same for models below {@link #PARAMETERS_FOR_THREADS}, which would use one thread. */
    private static final int ROWS_IF_SMALL = 16;

    /** Maximum prompt positions of all prefills at a time, padding included. */
    private static final int PREFILL = 4096;

    private final Torch torch;
    private final CausalLm model;
    private final int batchSize;

    /** @param batchSize rows decoded together; more are faster until the device or its memory is exhausted */
    public Generator(Torch torch, CausalLm model, int batchSize) {
        this.torch = torch;
        this.model = model;
        this.batchSize = batchSize;
    }

    /** Generates completions in the order of the prompts; row i draws from stream i. */
    public List<GeneratedCompletion> generate(List<int[]> prompts, Sampling sampling) {
        return generate(
                prompts, IntStream.range(0, prompts.size()).asLongStream().toArray(), sampling, done -> {});
    }

    /**
     * Generates completions in the order of the prompts.
     *
     * @param streams random stream of each row, unique within the run
     * @param progress is called with the number of rows done
     */
    public List<GeneratedCompletion> generate(
            List<int[]> prompts, long[] streams, Sampling sampling, IntConsumer progress) {
        return generate(prompts, streams, sampling, progress, (row, token) -> true);
    }

    /**
     * Generates completions in the order of the prompts, and reports each token.
     * @param progress is called with the number of rows done, by one thread at a time
     * @param listener is called with every token as it is drawn, by one thread at a time, and may end the row; an
     *     exception from it ends the run
     * @throws InputException if a prompt is empty or a row exceeds the model's positions
     */
    public List<GeneratedCompletion> generate(
            List<int[]> prompts, long[] streams, Sampling sampling, IntConsumer progress, TokenListener listener) {
        if (prompts.isEmpty()) {
            return List.of();
        }
        check(prompts, sampling);
        int batch = Math.min(batchSize, prompts.size());
        Completions completions = new Completions(prompts.size(), progress, listener);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            rows.add(new Row(i, streams[i], prompts.get(i), sampling, completions));
        }
        int parts = parts(batch);
        try (Torch.Threads _ = torch.atMostThreads(small() ? parts : Integer.MAX_VALUE)) {
            model.prepareSteps(
                    Math.ceilDiv(batch, parts), sampling.maxNewTokens() * Math.ceilDiv(prompts.size(), batch));
            List<Runnable> tasks = new ArrayList<>();
            for (List<Row> part : BatchPartition.of(rows, parts)) {
                tasks.add(() -> decode(part, parts, sampling, completions));
            }
            torch.concurrently(tasks);
            return completions.all();
        } finally {
            model.endSteps();
        }
    }

    private boolean small() {
        return model.parameters().count() < PARAMETERS_FOR_THREADS;
    }

    /** Returns the number of parts that a batch is divided into, each decoded by a thread of its own. */
    private int parts(int batch) {
        boolean divided = !torch.gpuKernels() && torch.threads() > 1 && batch >= (small() ? ROWS_IF_SMALL : ROWS);
        return divided ? 2 : 1;
    }

    /** Generates the completions of one of {@code parts} parts. */
    private void decode(List<Row> rows, int parts, Sampling sampling, Completions completions) {
        int batch = Math.min(Math.ceilDiv(batchSize, parts), rows.size());
        int blocks = blocks(rows, batch);
        try (KvCache cache = KvCache.allocate(
                        torch, model.config(), blocks, model.parameters().compute());
                Decoding decoding =
                        new Decoding(torch, model, cache, new BlockPool(blocks), batch, PREFILL / parts, sampling)) {
            rows.forEach(decoding::add);
            decoding.run(completions::add);
        } catch (RuntimeException | Error e) {
            completions.cancel();
            throw e;
        }
    }

    private void check(List<int[]> prompts, Sampling sampling) {
        int longest = prompts.stream().mapToInt(p -> p.length).max().orElseThrow();
        if (prompts.stream().anyMatch(p -> p.length == 0)) {
            throw new InputException("a prompt has no tokens; generation needs at least one");
        }
        int limit = model.config().generatedPositions();
        if (longest + sampling.maxNewTokens() > limit) {
            throw new InputException("a prompt of " + longest + " tokens and max_new_tokens " + sampling.maxNewTokens()
                    + " exceed the " + limit + " positions "
                    + (limit == model.config().maxPositions()
                            ? "of the model"
                            : "up to which the model's rope_scaling can generate"));
        }
    }

    /** Returns the number of blocks that the largest batch of these rows needs. */
    private static int blocks(List<Row> rows, int batch) {
        int most = rows.stream()
                .map(row -> -KvCache.blocksFor(row.prompt.length + row.limit()))
                .sorted()
                .limit(batch)
                .mapToInt(need -> -need)
                .sum();
        int longest = rows.stream().mapToInt(row -> row.prompt.length).max().orElseThrow();
        // in addition to the batch: block 0, and a prompt that is kept for its waiting completions
        return 1 + KvCache.blocksFor(longest) + most;
    }
}
