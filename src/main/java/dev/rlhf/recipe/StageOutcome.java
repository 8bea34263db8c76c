package dev.rlhf.recipe;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The outcome of one stage.
 *
 * @param name the stage's name in the recipe
 * @param stage its kind
 * @param outputDir the folder of its results, if it writes any
 * @param skipped whether it was already done; metrics and seconds are then those of the earlier run
 * @param seconds wall time of all its attempts together
 * @param metrics in the order to print them; NaN: not measured
 * @param checks one per expectation
 */
public record StageOutcome(
        String name,
        String stage,
        Optional<Path> outputDir,
        boolean skipped,
        double seconds,
        Map<String, Double> metrics,
        List<Expectations.Check> checks) {
    public StageOutcome {
        metrics = new LinkedHashMap<>(metrics);
        checks = List.copyOf(checks);
    }

    public boolean met() {
        return checks.stream().allMatch(Expectations.Check::met);
    }
}
