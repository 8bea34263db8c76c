package dev.rlhf.label;

import java.util.List;

/**
 * What a labeler sees of a task: texts only, in an order of their own. No model, no ids, no one else's ranking.
 *
 * @param id names the task in {@link Work#submit}
 * @param completions in the order shown to this labeler
 */
public record ShownTask(long id, List<Message> messages, List<String> completions) {
    public ShownTask {
        messages = List.copyOf(messages);
        completions = List.copyOf(completions);
    }
}
