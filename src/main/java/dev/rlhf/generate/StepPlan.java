package dev.rlhf.generate;

import ai.djl.ndarray.NDArray;
import dev.rlhf.base.CounterRng;
import dev.rlhf.model.Input;
import dev.rlhf.tensor.Torch;
import java.util.Arrays;
import java.util.List;

/**
 * Positions, cache rows and draws of a batch's next steps, copied to the GPU together. Valid until a row joins or
 * leaves the batch; closed by its creator.
 */
final class StepPlan implements AutoCloseable {
    /** Maximum steps per copy; unused ones are discarded when a row joins or leaves. */
    private static final int STEPS = 32;

    private static final int[] PADDING = {0};

    private final Torch torch;
    private final NDArray plan;
    private final int steps;
    private int done;

    /**
     * Plans the steps until the first row reaches its limit, at most {@link #STEPS}.
     *
     * @param padded number of rows of the padded batch
     */
    StepPlan(Torch torch, List<Row> rows, int padded, Sampling sampling) {
        this.torch = torch;
        this.steps = rows.stream()
                .mapToInt(row -> Math.min(STEPS, row.limit() - row.count()))
                .min()
                .orElseThrow();
        long[][] draws = new long[steps][padded];
        int[] positions = new int[padded];
        int[][] tables = new int[padded][];
        Arrays.fill(tables, PADDING);
        for (int r = 0; r < rows.size(); r++) {
            Row row = rows.get(r);
            positions[r] = row.position();
            tables[r] = row.table;
            for (int step = 0; step < steps; step++) {
                draws[step][r] = CounterRng.units(sampling.seed(), row.stream, row.count() + step);
            }
        }
        this.plan = Input.plan(torch, positions, tables, draws);
    }

    boolean exhausted() {
        return done == steps;
    }

    /** Returns the next step's entry, as {@link Input#plannedStep} takes it. */
    NDArray next() {
        return torch.kernels().call("entry", plan, done++);
    }

    @Override
    public void close() {
        plan.close();
    }
}
