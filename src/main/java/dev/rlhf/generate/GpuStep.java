package dev.rlhf.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Input;
import dev.rlhf.model.KvCache;
import dev.rlhf.tensor.CudaGraph;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decoding step of one shape. Its input tensors stay the same, so it can be captured as a CUDA graph. The graph
 * includes sampling, unless that waits for the GPU (top-p) or depends on the rows' histories (logit rules).
 */
final class GpuStep implements AutoCloseable {
    /**
     * The sizes of a step's inputs.
     *
     * @param rows the number of rows of the padded batch
     * @param blocks the number of blocks in each row's table
     */
    record Shape(int rows, int blocks) {}

    private final Torch torch;
    private final CausalLm model;
    private final KvCache cache;
    private final Sampling sampling;
    private final Shape shape;
    private final boolean drawsInside;
    private final NDArray tokens;
    private final NDArray entry;
    private final List<NDArray> pages;
    private int runs;
    private @Nullable CudaGraph graph;
    private @Nullable NDArray result;

    GpuStep(Torch torch, CausalLm model, KvCache cache, Shape shape, Sampling sampling) {
        this.torch = torch;
        this.model = model;
        this.cache = cache;
        this.sampling = sampling;
        this.shape = shape;
        this.drawsInside =
                sampling.rules().equals(LogitRules.NONE) && (sampling.temperature() == 0 || sampling.topP() == 1);
        try (Scope scope = new Scope()) {
            this.tokens = scope.keep(torch.longs(new long[shape.rows()], shape.rows()));
            this.entry = scope.keep(torch.longs(new long[3 * shape.rows()], 3, shape.rows()));
        }
        this.pages = cache.pages(new long[shape.rows() * shape.blocks()], shape.rows());
    }

    /** Copies the rows' tables and last tokens to the GPU. */
    void load(List<Row> rows) {
        long[] last = new long[shape.rows()];
        long[] tables = new long[shape.rows() * shape.blocks()];
        for (int r = 0; r < rows.size(); r++) {
            Row row = rows.get(r);
            last[r] = row.token(row.count() - 1);
            for (int i = 0; i < Math.min(shape.blocks(), row.table.length); i++) {
                tables[r * shape.blocks() + i] = row.table[i];
            }
        }
        try (Scope _ = new Scope()) {
            assign(tokens, torch.longs(last, last.length));
            assign(pages.getFirst(), torch.longs(tables, tables.length));
        }
    }

    /** Runs the step and adds a token to each row. Called within a scope. */
    void run(List<Row> rows, NDArray next) {
        assign(entry, next);
        if (graph == null && runs == 1) {
            graph = torch.capture(() -> {
                        result = compute();
                        NDScope.unregister(result); // lives until close
                    })
                    .orElse(null);
        }
        runs++;
        NDArray computed;
        if (graph == null || result == null) {
            computed = compute();
        } else {
            graph.replay();
            computed = result;
        }
        if (drawsInside) {
            Sampler.add(rows, computed);
        } else {
            assign(tokens, tokensOf(Sampler.draw(torch, rows, computed, sampling, draws())));
        }
    }

    /**
     * Returns the tokens drawn, which are also the next step's input, or the logits if sampling is not part of the
     * step.
     */
    private NDArray compute() {
        try (Scope scope = new Scope()) {
            int maxPosition =
                    Math.min(shape.blocks() * KvCache.BLOCK, model.config().generatedPositions()) - 1;
            Input input = Input.plannedStep(cache, tokens, entry, maxPosition, pages);
            NDArray logits = model.projectStep(model.hidden(input, false));
            if (!drawsInside) {
                return scope.keep(logits);
            }
            NDArray drawn = Sampler.sample(torch, List.of(), logits, sampling, draws());
            assign(tokens, tokensOf(drawn));
            return scope.keep(drawn);
        }
    }

    private NDArray draws() {
        return torch.kernels().call("entry", entry, 2);
    }

    private NDArray tokensOf(NDArray drawn) {
        return torch.kernels().call("tokens_of", drawn);
    }

    private void assign(NDArray target, NDArray value) {
        torch.kernels().invoke("assign", target, value);
    }

    @Override
    public void close() {
        if (graph != null) {
            graph.close();
        }
        if (result != null) {
            result.close();
        }
        pages.forEach(NDArray::close);
        tokens.close();
        entry.close();
    }
}
