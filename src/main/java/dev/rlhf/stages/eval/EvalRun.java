package dev.rlhf.stages.eval;

import dev.rlhf.base.Interval;
import dev.rlhf.refusal.JudgedAnswer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The answers, samples and metrics of one model. Filled step by step; not thread-safe. */
final class EvalRun {
    final EvalOptions.Model model;
    /** Greedy answers, in the order of the questions; empty without questions. */
    final List<JudgedAnswer> answers = new ArrayList<>();
    /** Greedy answers to prompts that have nothing to do with the questions; empty without such prompts. */
    final List<JudgedAnswer> unrelated = new ArrayList<>();
    /** Samples in the order of the prompts, {@code num_samples} each; empty without prompts. */
    final List<EvalSample> samples = new ArrayList<>();
    /** The reward of each sample; empty without a reward model. */
    double[] rewards = {};
    /** The held-out reward model's reward of each sample; empty without one. */
    double[] heldoutRewards = {};

    final Map<String, Interval> metrics = new LinkedHashMap<>();

    EvalRun(EvalOptions.Model model) {
        this.model = model;
    }

    String name() {
        return model.name();
    }

    /** Returns the run of the model with this name; empty without a name. */
    static Optional<EvalRun> named(List<EvalRun> runs, @Nullable String name) {
        return runs.stream().filter(run -> run.name().equals(name)).findFirst();
    }
}
