package dev.rlhf.generate;

import dev.rlhf.base.InputException;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.KvCache;
import dev.rlhf.tensor.Torch;
import java.util.Arrays;
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

    private final Torch torch;
    private final CausalLm model;
    private final int batchSize;
    private final long cacheBytes;

    /** @param batchSize rows decoded together; more are faster until the device or its memory is exhausted */
    public Generator(Torch torch, CausalLm model, int batchSize) {
        this(torch, model, batchSize, Long.MAX_VALUE);
    }

    /** @param cacheBytes maximum size of the KV cache; rows that do not fit wait until others end */
    public Generator(Torch torch, CausalLm model, int batchSize, long cacheBytes) {
        this.torch = torch;
        this.model = model;
        this.batchSize = batchSize;
        this.cacheBytes = cacheBytes;
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
     * @param listener is called with every token as it is drawn and may end the row; an exception from it ends the run
     * @throws InputException if a prompt is empty, a row exceeds the model's positions, or not even one row fits into
     *     the cache
     */
    public List<GeneratedCompletion> generate(
            List<int[]> prompts, long[] streams, Sampling sampling, IntConsumer progress, TokenListener listener) {
        if (prompts.isEmpty()) {
            return List.of();
        }
        int longest = prompts.stream().mapToInt(p -> p.length).max().orElseThrow();
        check(prompts, longest, sampling);
        int batch = Math.min(batchSize, prompts.size());
        int blocks = planned(prompts, longest, sampling);
        boolean small = model.parameters().count() < PARAMETERS_FOR_THREADS;
        try (Torch.Threads _ = torch.atMostThreads(small ? 1 : Integer.MAX_VALUE);
                KvCache cache = KvCache.allocate(
                        torch, model.config(), blocks, model.parameters().compute());
                Decoding decoding = new Decoding(torch, model, cache, new BlockPool(blocks), batch, sampling)) {
            model.prepareSteps(batch, sampling.maxNewTokens() * Math.ceilDiv(prompts.size(), batch));
            for (int i = 0; i < prompts.size(); i++) {
                decoding.add(new Row(i, streams[i], prompts.get(i), sampling, listener));
            }
            return Arrays.asList(decoding.run(progress));
        } finally {
            model.endSteps();
        }
    }

    private void check(List<int[]> prompts, int longest, Sampling sampling) {
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

    /**
     * Returns the number of blocks that the largest batch needs, or the number that fits into memory if that is
     * smaller.
     */
    private int planned(List<int[]> prompts, int longest, Sampling sampling) {
        long batch = prompts.stream()
                .mapToInt(p -> -KvCache.blocksFor(p.length + sampling.maxNewTokens()))
                .sorted()
                .limit(batchSize)
                .mapToLong(need -> -need)
                .sum();
        // in addition to the batch: block 0, and a prompt that is kept for its waiting completions
        long wanted = 1 + KvCache.blocksFor(longest) + batch;
        long least = 2L + KvCache.blocksFor(longest + sampling.maxNewTokens());
        long each =
                KvCache.bytesOfBlock(torch, model.config(), model.parameters().compute());
        long possible = Math.min(cacheBytes / each, Integer.MAX_VALUE / (2 * KvCache.BLOCK));
        if (possible < least) {
            throw new InputException(
                    ("a prompt of %d tokens and max_new_tokens %d need a KV cache of %.1f MiB, but only %.1f are"
                                    + " allowed;"
                                    + " lower max_new_tokens or allow more")
                            .formatted(
                                    longest,
                                    sampling.maxNewTokens(),
                                    least * each / 1048576.0,
                                    cacheBytes / 1048576.0));
        }
        return (int) Math.min(wanted, possible);
    }
}
