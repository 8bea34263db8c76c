package dev.rlhf.label.store;

import dev.rlhf.label.Completion;
import dev.rlhf.label.Label;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Tasks for tests. */
public final class Samples {
    private Samples() {}

    public static RankedTask task(String id, int completions, Label... rankings) {
        List<Completion> list = new ArrayList<>();
        for (int i = 0; i < completions; i++) {
            list.add(new Completion("c" + i, id + " answer " + i, "secret-model-" + i));
        }
        return new RankedTask(id, Prompt.text("Question " + id + "?"), list, List.of(rankings));
    }

    public static List<RankedTask> tasks(int count, int completions) {
        return IntStream.range(0, count)
                .mapToObj(i -> task("t" + i, completions))
                .toList();
    }
}
