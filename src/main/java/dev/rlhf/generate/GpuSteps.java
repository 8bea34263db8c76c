package dev.rlhf.generate;

import dev.rlhf.model.CausalLm;
import dev.rlhf.model.KvCache;
import dev.rlhf.tensor.CudaGraph;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs decoding steps on a GPU. Positions, cache rows and draws are copied to the GPU once for several steps, and the
 * tokens of one step stay there as the input of the next, so the CPU waits for the GPU only once per step, to read the
 * tokens.
 *
 * <p>Launching the operations of a step takes longer than running them. Unless {@link CudaGraph#ENABLED} is false,
 * steps therefore have few shapes: the batch is padded to a power of two of rows, and the rows' tables to a multiple of
 * {@link #BLOCKS}. The first step of a shape runs normally, the second is captured as a CUDA graph, and later ones
 * replay it. The padding rows are in the cache's block 0, and their tokens are not read.
 */
final class GpuSteps implements Steps {
    /** The width of tables is a multiple of this many blocks, so there is a new shape every 128 positions. */
    private static final int BLOCKS = 4;

    private final Torch torch;
    private final CausalLm model;
    private final KvCache cache;
    private final int batch;
    private final Sampling sampling;
    private final boolean graphs;
    private final Map<GpuStep.Shape, GpuStep> steps = new HashMap<>();
    private GpuStep.@Nullable Shape shape;
    private @Nullable StepPlan plan;
    private boolean loaded; // whether the step of the shape has the rows' tables and last tokens

    /** @param batch maximum rows per step */
    GpuSteps(Torch torch, CausalLm model, KvCache cache, int batch, Sampling sampling) {
        this.torch = torch;
        this.model = model;
        this.cache = cache;
        this.batch = batch;
        this.sampling = sampling;
        this.graphs = CudaGraph.enabled(torch.onGpu());
    }

    @Override
    public void step(List<Row> active) {
        GpuStep.Shape wanted = shapeFor(active);
        if (!wanted.equals(shape)) {
            rowsChanged();
            shape = wanted;
            if (!graphs) {
                closeSteps(); // they are too small to be used again
            }
        }
        GpuStep step = steps.computeIfAbsent(wanted, made -> new GpuStep(torch, model, cache, made, sampling));
        if (!loaded) {
            step.load(active);
            loaded = true;
        }
        if (plan != null && plan.exhausted()) {
            closePlan();
        }
        StepPlan planned = plan == null ? new StepPlan(torch, active, wanted.rows(), sampling) : plan;
        plan = planned;
        try (Scope _ = new Scope()) {
            step.run(active, planned.next());
        }
    }

    /** Returns the shape of the next step. Its rows stay the same until fewer than half are in use. */
    private GpuStep.Shape shapeFor(List<Row> active) {
        int maxPosition = active.stream().mapToInt(Row::position).max().orElseThrow();
        int needed = KvCache.blocksFor(maxPosition + 1);
        int n = active.size();
        if (!graphs) {
            return new GpuStep.Shape(n, needed);
        }
        int blocks = Math.ceilDiv(needed, BLOCKS) * BLOCKS;
        if (shape != null && n <= shape.rows() && 2 * n > shape.rows()) {
            return new GpuStep.Shape(shape.rows(), blocks);
        }
        int power = Integer.highestOneBit(2 * n - 1);
        return new GpuStep.Shape(Math.min(power, batch), blocks);
    }

    @Override
    public void rowsChanged() {
        loaded = false;
        closePlan();
    }

    private void closePlan() {
        if (plan != null) {
            plan.close();
            plan = null;
        }
    }

    @Override
    public void close() {
        closePlan();
        closeSteps();
    }

    private void closeSteps() {
        steps.values().forEach(GpuStep::close);
        steps.clear();
    }
}
