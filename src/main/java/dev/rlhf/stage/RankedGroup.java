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
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A ranked prompt as token ids: what a reward model learns from in one step.
 *
 * @param id the task's
 * @param sequences prompt and completion with its end token, one a completion
 * @param writers the model that each completion names as its writer; an empty string where it names none
 * @param rankings one array of ranks a labeler, 1 is best, equal is tied
 */
record RankedGroup(String id, List<int[]> sequences, List<String> writers, List<int[]> rankings) {
    RankedGroup {
        sequences = List.copyOf(sequences);
        writers = List.copyOf(writers);
        rankings = List.copyOf(rankings);
    }

    /** Encodes a task; completions longer than {@code maxLength} are left out of it and of its rankings. */
    static RankedGroup of(RankedTask task, ConversationFormat format, int maxLength) {
        Chat prompt = Chat.of(messages(task));
        List<int[]> sequences = new ArrayList<>();
        List<String> writers = new ArrayList<>();
        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < task.completions().size(); i++) {
            Completion completion = task.completions().get(i);
            int[] sequence = sequence(task, format, prompt, completion);
            if (sequence.length <= maxLength) {
                sequences.add(sequence);
                writers.add(Objects.requireNonNullElse(completion.model(), ""));
                kept.add(i);
            }
        }
        List<int[]> rankings = task.rankings().stream()
                .map(Ranking::ranks)
                .map(ranks -> kept.stream().mapToInt(ranks::get).toArray())
                .toList();
        return new RankedGroup(task.id(), sequences, writers, rankings);
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

    /** The sequences whose completion was written by {@code writer}. */
    List<int[]> writtenBy(String writer) {
        return IntStream.range(0, sequences.size())
                .filter(i -> writers.get(i).equals(writer))
                .mapToObj(sequences::get)
                .toList();
    }

    /** Whether some labeler put one completion above another. */
    boolean hasPair() {
        return rankings.stream()
                .anyMatch(ranks -> java.util.Arrays.stream(ranks).distinct().count() > 1);
    }
}
