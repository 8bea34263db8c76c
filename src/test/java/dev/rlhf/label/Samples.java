package dev.rlhf.label;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Tasks for tests. */
final class Samples {
    private Samples() {}

    static RankedTask task(String id, int completions, Ranking... rankings) {
        List<Completion> list = new ArrayList<>();
        for (int i = 0; i < completions; i++) {
            list.add(new Completion("c" + i, id + " answer " + i, "secret-model-" + i));
        }
        return new RankedTask(id, Prompt.text("Question " + id + "?"), list, List.of(rankings));
    }

    static List<RankedTask> tasks(int count, int completions) {
        return IntStream.range(0, count)
                .mapToObj(i -> task("t" + i, completions))
                .toList();
    }
}
