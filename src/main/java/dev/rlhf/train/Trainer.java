package dev.rlhf.train;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.report.console.Numbers;
import dev.rlhf.report.log.SampleRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One or more models in training. A stage implements the step; {@link TrainingLoop} runs, logs and saves it. */
public interface Trainer extends AutoCloseable {
    /**
     * Runs one optimizer step.
     *
     * @param step counted from 1
     * @param logged whether the metrics are logged; expensive ones are only computed then
     * @return metrics, among them {@code num_tokens} of this step
     */
    Map<String, Double> step(long step, boolean logged);

    /** Returns metrics on held-out data; empty without any. */
    default Map<String, Double> evaluate() {
        return Map.of();
    }

    /** Returns the optimizer of each model. */
    List<Optimizer> optimizers();

    /** Returns the live tensors that a resumed run needs and that a saved state is copied into. */
    default Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        optimizers().forEach(optimizer -> state.putAll(optimizer.state()));
        return state;
    }

    /** Saves non-tensor state. */
    default void saveCounters(ObjectNode counters) {}

    /** Restores non-tensor state. */
    default void restoreCounters(ObjectNode counters) {}

    /** Returns samples of the last step for the log; called when a step is logged. */
    default List<SampleRow> samples() {
        return List.of();
    }

    /** Returns the steps of each optimizer in this process. */
    default List<Optimizer.Counts> stepCounts() {
        return optimizers().stream().map(Optimizer::counts).toList();
    }

    /** Returns whether no trained parameter is NaN or infinite. */
    default boolean isFinite() {
        return optimizers().stream().allMatch(Optimizer::isFinite);
    }

    /** Returns the metrics to show with the progress. */
    default String headline(Map<String, Double> metrics) {
        return "loss " + Numbers.number(metrics.getOrDefault("loss", Double.NaN));
    }

    /** Closes the optimizers; the models stay open. */
    @Override
    default void close() {
        optimizers().forEach(Optimizer::close);
    }
}
