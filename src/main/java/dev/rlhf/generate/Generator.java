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
 * Batch generation with a KV cache. Rows that have ended leave the batch and waiting ones take their place; prompts are
 * taken in order of length, and completions of one prompt share its run and the cache of it. A row's draws depend on
 * (seed, stream, step) alone, so its completion does not depend on which batch it sat in, up to the rounding of sums
 * that are done in another order.
 *
 * <p>One thread at a time. The model's parameters are read anew by each call, so training may go on between them.
 */
public final class Generator {
    private final Torch torch;
    private final CausalLm model;
    private final int batchSize;
    private final long cacheBytes;

    /** @param batchSize rows decoded together; more is faster until memory or the device is full */
    public Generator(Torch torch, CausalLm model, int batchSize) {
        this(torch, model, batchSize, Long.MAX_VALUE);
    }

    /** @param cacheBytes what the KV cache may take; rows that do not fit wait for others to end */
    public Generator(Torch torch, CausalLm model, int batchSize, long cacheBytes) {
        this.torch = torch;
        this.model = model;
        this.batchSize = batchSize;
        this.cacheBytes = cacheBytes;
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
     * @param listener is told every token as soon as it is drawn, and may end its row with it; what it throws ends all
     * @throws InputException if a prompt is empty, a row outgrows the model's positions, or not even one fits into the
     * cache
     */
    public List<Completion> generate(
            List<int[]> prompts, long[] streams, Sampling sampling, IntConsumer progress, TokenListener listener) {
        if (prompts.isEmpty()) {
            return List.of();
        }
        int longest = prompts.stream().mapToInt(p -> p.length).max().orElseThrow();
        check(prompts, longest, sampling);
        int batch = Math.min(batchSize, prompts.size());
        int blocks = planned(prompts, longest, sampling);
        try (KvCache cache = KvCache.allocate(
                        torch, model.config(), blocks, model.parameters().compute());
                Decoding decoding = new Decoding(torch, model, cache, new Blocks(blocks), batch)) {
            model.prepareSteps(batch, sampling.maxNewTokens() * Math.ceilDiv(prompts.size(), batch));
            for (int i = 0; i < prompts.size(); i++) {
                decoding.add(new Row(i, streams[i], prompts.get(i), sampling, listener));
            }
            return Arrays.asList(decoding.run(sampling, progress));
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

    /** Blocks of a cache that the largest batch fits into, or as many as there is memory for. */
    private int planned(List<int[]> prompts, int longest, Sampling sampling) {
        long batch = prompts.stream()
                .mapToInt(p -> -KvCache.blocksFor(p.length + sampling.maxNewTokens()))
                .sorted()
                .limit(batchSize)
                .mapToLong(need -> -need)
                .sum();
        // beside the batch: block 0, and a prompt that is kept for completions that have not begun
        long wanted = 1 + KvCache.blocksFor(longest) + batch;
        long least = 2L + KvCache.blocksFor(longest + sampling.maxNewTokens());
        long each = KvCache.bytesOfBlock(model.config(), model.parameters().compute());
        long possible = Math.min(cacheBytes / each, Integer.MAX_VALUE / (2 * KvCache.BLOCK));
        if (possible < least) {
            throw new InputException(
                    ("a prompt of %d tokens and max_new_tokens %d need a KV cache of %.1f MiB, and it may take %.1f; "
                                    + "lower max_new_tokens or allow more")
                            .formatted(
                                    longest,
                                    sampling.maxNewTokens(),
                                    least * each / 1048576.0,
                                    cacheBytes / 1048576.0));
        }
        return (int) Math.min(wanted, possible);
    }
}
