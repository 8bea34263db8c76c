package dev.rlhf.label.api;

import dev.rlhf.text.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task as shown to a labeler: only texts, in an order of their own, without models, ids or rankings of others.
 *
 * @param id identifies the task in {@code LabelerService.submit}
 * @param completions in the order shown to this labeler
 * @param answers the reference answers of a judging task, of which none may be known; null for every other task
 */
public record ShownTask(
        long id,
        List<Message> messages,
        List<String> completions,
        @Nullable List<String> answers) {
    public ShownTask {
        answers = answers == null ? null : List.copyOf(answers);
        messages = List.copyOf(messages);
        completions = List.copyOf(completions);
    }
}
