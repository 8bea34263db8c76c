package dev.rlhf.label.files;

import dev.rlhf.label.Completion;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.Label;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.Ranks;
import dev.rlhf.text.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** Makes a task from completions with scores. */
final class ScoredCompletions {
    /** A completion and its score, higher is better. */
    record Scored(Completion completion, double score) {}

    private ScoredCompletions() {}

    /**
     * Returns the task with one ranking: the order of the scores, equal scores tied. At most nine completions are kept,
     * the best ones. Empty, and reported to {@code leftOut}, if fewer than two are left or labelers could not read the
     * prompt.
     *
     * @param labeler name of the ranking's labeler
     */
    static List<RankedTask> task(
            String id,
            Prompt prompt,
            List<Scored> completions,
            String labeler,
            LabelerKind kind,
            Consumer<String> leftOut) {
        if (!readable(prompt)) {
            leftOut.accept("prompts that are empty or hold the character NUL");
            return List.of();
        }
        if (completions.size() < RankedTask.MIN_COMPLETIONS) {
            leftOut.accept("prompts with fewer than two completions to compare");
            return List.of();
        }
        List<Scored> kept = best(completions, leftOut);
        List<Integer> places = new ArrayList<>();
        for (Scored one : kept) {
            places.add((int)
                    kept.stream().filter(other -> other.score() > one.score()).count());
        }
        return List.of(new RankedTask(
                id,
                prompt,
                kept.stream().map(Scored::completion).toList(),
                List.of(new Label(labeler, kind, Judgement.ranking(Ranks.of(places))))));
    }

    /** Returns one user message as a plain prompt, and every other conversation as messages. */
    static Prompt prompt(List<Message> messages) {
        return messages.size() == 1 && messages.getFirst().role().equals("user")
                ? Prompt.text(messages.getFirst().content())
                : Prompt.conversation(messages);
    }

    static boolean readable(Prompt prompt) {
        return prompt.messages().stream().anyMatch(message -> !message.content().isBlank())
                && prompt.messages().stream()
                        .noneMatch(message -> message.content().indexOf('\0') >= 0);
    }

    private static List<Scored> best(List<Scored> completions, Consumer<String> leftOut) {
        if (completions.size() <= RankedTask.MAX_COMPLETIONS) {
            return completions;
        }
        List<Scored> best = completions.stream()
                .sorted(Comparator.comparingDouble(Scored::score).reversed())
                .limit(RankedTask.MAX_COMPLETIONS)
                .toList();
        completions.stream()
                .skip(RankedTask.MAX_COMPLETIONS)
                .forEach(_ -> leftOut.accept("completions beyond the best nine of a prompt"));
        return completions.stream().filter(best::contains).toList();
    }
}
