package dev.rlhf.train;

import dev.rlhf.stage.StageContext;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Counts held-out examples that are also trained on. A split leaves none, but a given eval_dataset may contain some.
 */
public final class EvalOverlap {
    private EvalOverlap() {}

    /** Counts the keys of {@code heldOut} that are in {@code trained}, and prints a warning if there are any. */
    public static long warn(List<String> trained, List<String> heldOut, String what, StageContext context) {
        Set<String> seen = new HashSet<>(trained);
        long both = heldOut.stream().filter(seen::contains).count();
        if (both > 0) {
            context.console()
                    .printf(
                            "warning: %d of %d %s have a prompt that is also trained on; eval metrics include them%n",
                            both, heldOut.size(), what);
        }
        return both;
    }
}
