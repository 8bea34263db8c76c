package dev.rlhf.generate;

import ai.djl.ndarray.NDArray;
import dev.rlhf.model.Input;
import dev.rlhf.model.KvCache;
import dev.rlhf.tensor.CounterRng;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.util.List;

/**
 * The inputs of the next steps of the same rows on a GPU: positions, rows of the cache and draws are copied there once
 * for several steps, and a step's tokens stay there for the next one. The host then waits for the GPU once per token,
 * to read it. Valid until a row joins or leaves; closed by its creator.
 */
final class StepPlan implements AutoCloseable {
    /** The most steps per copy; what is left is thrown away when a row joins or leaves. */
    private static final int STEPS = 32;

    private final Torch torch;
    private final NDArray plan;
    private final int steps;
    private NDArray tokens;
    private int done;

    /** Plans steps until a row reaches its limit, at most {@link #STEPS}. */
    StepPlan(Torch torch, List<Row> rows, Sampling sampling) {
        this.torch = torch;
        this.steps = rows.stream()
                .mapToInt(row -> Math.min(STEPS, row.limit() - row.count()))
                .min()
                .orElseThrow();
        long[][] draws = new long[steps][rows.size()];
        for (int step = 0; step < steps; step++) {
            for (int r = 0; r < rows.size(); r++) {
                Row row = rows.get(r);
                draws[step][r] = CounterRng.units(sampling.seed(), row.stream, row.count() + step);
            }
        }
        int[] positions = rows.stream().mapToInt(Row::position).toArray();
        int[][] tables = rows.stream().map(row -> row.table).toArray(int[][]::new);
        this.plan = Input.plan(torch, positions, tables, draws);
        long[] last = rows.stream().mapToLong(row -> row.token(row.count() - 1)).toArray();
        this.tokens = torch.longs(last, last.length);
    }

    boolean exhausted() {
        return done == steps;
    }

    /**
     * Returns the input of the next step.
     *
     * @param furthest the greatest position in it
     * @param pages {@link KvCache#pages} of the rows' tables
     */
    Input input(KvCache cache, int furthest, List<NDArray> pages) {
        return Input.planned(cache, tokens, entry(), furthest, pages);
    }

    private NDArray entry() {
        return torch.kernels().call("entry", plan, done);
    }

    /** Returns the draws [B] of the next step. */
    NDArray draws() {
        return torch.kernels().call("entry", entry(), 2);
    }

    /** Continues with the step after the one that drew this, as the kernel {@code sample} returns it. */
    void advance(NDArray drawn) {
        try (Scope scope = new Scope()) {
            NDArray next = scope.keep(torch.kernels().call("tokens_of", drawn));
            tokens.close();
            tokens = next;
        }
        done++;
    }

    @Override
    public void close() {
        plan.close();
        tokens.close();
    }
}
