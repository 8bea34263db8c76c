package dev.rlhf.recipe;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of one stage.
 *
 * @param name as the recipe calls it
 * @param stage its kind
 * @param outputDir where its results lie, if it leaves any
 * @param skipped it was done before; figures and seconds are from then
 * @param seconds wall time of all its attempts together
 * @param figures in the order to print them; NaN: not measured
 * @param checks one for each expectation
 */
public record StageOutcome(
        String name,
        String stage,
        Optional<Path> outputDir,
        boolean skipped,
        double seconds,
        Map<String, Double> figures,
        List<Expectations.Check> checks) {
    public StageOutcome {
        figures = new LinkedHashMap<>(figures);
        checks = List.copyOf(checks);
    }

    public boolean met() {
        return checks.stream().allMatch(Expectations.Check::met);
    }
}
