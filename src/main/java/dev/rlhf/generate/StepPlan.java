package dev.rlhf.generate;

import ai.djl.ndarray.NDArray;
import dev.rlhf.model.Input;
import dev.rlhf.model.KvCache;
import dev.rlhf.tensor.CounterRng;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.util.List;

/**
 * The inputs of the next steps of a batch on a GPU. Positions, cache rows and draws are copied to the GPU once for
 * several steps, and the tokens of one step stay there as the input of the next, so the host waits for the GPU only
 * once per step, to read the tokens. Valid until a row joins or leaves the batch; closed by its creator.
 */
final class StepPlan implements AutoCloseable {
    /** Maximum steps per copy; unused ones are discarded when a row joins or leaves. */
    private static final int STEPS = 32;

    private final Torch torch;
    private final NDArray plan;
    private final int steps;
    private NDArray tokens;
    private int done;

    /** Plans the steps until the first row reaches its limit, at most {@link #STEPS}. */
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

    /**
     * Advances to the next step.
     *
     * @param drawn the result of the kernel {@code sample} in the current step
     */
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
