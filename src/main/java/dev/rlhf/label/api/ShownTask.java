package dev.rlhf.label.api;

import dev.rlhf.text.Message;
import java.util.List;

/**
 * What a labeler sees of a task: texts only, in an order of their own. No model, no ids, no one else's ranking.
 *
 * @param id names the task in {@code LabelerService.submit}
 * @param completions in the order shown to this labeler
 */
public record ShownTask(long id, List<Message> messages, List<String> completions) {
    public ShownTask {
        messages = List.copyOf(messages);
        completions = List.copyOf(completions);
    }
}
