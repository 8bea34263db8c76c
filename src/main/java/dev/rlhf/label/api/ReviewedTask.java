package dev.rlhf.label.api;

import dev.rlhf.label.Completion;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.Prompt;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task with all its labels, as admins read it.
 *
 * @param id id in the store
 * @param name id in its batch
 * @param answers the reference answers of a judging task; null for every other task
 * @param gold the known correct ranks, if it is a gold task
 * @param adjudicated the ranks that an admin decided on, if one did
 * @param labels by the labeler's name
 */
public record ReviewedTask(
        long id,
        String batch,
        String name,
        Prompt prompt,
        List<Completion> completions,
        @Nullable List<String> answers,
        @Nullable List<Integer> gold,
        @Nullable List<Integer> adjudicated,
        List<ReviewedLabel> labels) {
    /**
     * A label.
     *
     * @param id id of the assignment
     * @param revision the latest one, in the stored order of the completions
     * @param note what the admin wrote when sending it back or removing it
     * @param imported whether it was imported; its labeler cannot change it here
     */
    public record ReviewedLabel(
            long id,
            Labeler labeler,
            Revision revision,
            LabelStatus status,
            @Nullable String note,
            boolean imported) {}
}
