package dev.rlhf.label.api;

import dev.rlhf.text.Message;
import java.util.List;

/**
 * A task as shown to a labeler: only texts, in an order of their own, without models, ids or rankings of others.
 *
 * @param id identifies the task in {@code LabelerService.submit}
 * @param completions in the order shown to this labeler
 */
public record ShownTask(long id, List<Message> messages, List<String> completions) {
    public ShownTask {
        messages = List.copyOf(messages);
        completions = List.copyOf(completions);
    }
}
