package dev.rlhf.stage;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Completion;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.Ranking;
import dev.rlhf.text.Chat;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * A ranked prompt as token ids: what a reward model learns from in one step.
 *
 * @param id the task's
 * @param sequences prompt and completion with its end token, one a completion
 * @param rankings one array of ranks a labeler, 1 is best, equal is tied
 */
record RankedGroup(String id, List<int[]> sequences, List<int[]> rankings) {
    RankedGroup {
        sequences = List.copyOf(sequences);
        rankings = List.copyOf(rankings);
    }

    /** Encodes a task; completions longer than {@code maxLength} are left out of it and of its rankings. */
    static RankedGroup of(RankedTask task, ConversationFormat format, int maxLength) {
        Chat prompt = Chat.of(messages(task));
        List<int[]> sequences = new ArrayList<>();
        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < task.completions().size(); i++) {
            Completion completion = task.completions().get(i);
            int[] sequence = sequence(task, format, prompt, completion);
            if (sequence.length <= maxLength) {
                sequences.add(sequence);
                kept.add(i);
            }
        }
        List<int[]> rankings = task.rankings().stream()
                .map(Ranking::ranks)
                .map(ranks -> kept.stream().mapToInt(ranks::get).toArray())
                .toList();
        return new RankedGroup(task.id(), sequences, rankings);
    }

    private static int[] sequence(RankedTask task, ConversationFormat format, Chat prompt, Completion completion) {
        try {
            return format.answered(prompt, completion.text(), true);
        } catch (InputException e) {
            throw new InputException("task %s: %s".formatted(task.id(), e.getMessage()), e);
        }
    }

    private static List<Message> messages(RankedTask task) {
        return task.prompt().messages().stream()
                .map(message -> {
                    if (!Message.ROLES.contains(message.role())) {
                        throw new InputException("task " + task.id() + " has a message by " + message.role()
                                + "; roles are " + String.join(", ", Message.ROLES));
                    }
                    return new Message(message.role(), message.content());
                })
                .toList();
    }

    /** Whether some labeler put one completion above another. */
    boolean hasPair() {
        return rankings.stream()
                .anyMatch(ranks -> java.util.Arrays.stream(ranks).distinct().count() > 1);
    }
}
