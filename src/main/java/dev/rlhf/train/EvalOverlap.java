package dev.rlhf.train;

import dev.rlhf.stage.StageContext;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Counts what is evaluated although it was trained on; a split has none of it, a given eval_dataset may. */
public final class EvalOverlap {
    private EvalOverlap() {}

    /** Returns how many of {@code held} have a key of {@code trained}, and says so if there are any. */
    public static long say(List<String> trained, List<String> held, String what, StageContext context) {
        Set<String> seen = new HashSet<>(trained);
        long both = held.stream().filter(seen::contains).count();
        if (both > 0) {
            context.console()
                    .printf(
                            "warning: %d of %d %s have a prompt that is trained on, too; eval metrics count them%n",
                            both, held.size(), what);
        }
        return both;
    }
}
