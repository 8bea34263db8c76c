package dev.rlhf.label.api;

import dev.rlhf.label.LabelKind;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of labels for an admin, latest first.
 *
 * @param next the {@code before} of the next page; null on the last
 */
public record LabelPage(List<Entry> labels, @Nullable Long next) {
    public LabelPage {
        labels = List.copyOf(labels);
    }

    /**
     * A label.
     *
     * @param id id of the assignment, the same for all revisions
     * @param task id of the task in the store
     * @param name id of the task in its batch
     * @param excerpt beginning of the prompt's last message
     * @param flags words given to any completion, each once
     * @param seconds active time; null if not measured
     */
    public record Entry(
            long id,
            long task,
            String batch,
            String name,
            String excerpt,
            String labeler,
            LabelKind kind,
            Instant at,
            int revision,
            @Nullable Double seconds,
            List<String> flags,
            boolean personalData,
            @Nullable String reason,
            @Nullable String comment,
            LabelStatus status,
            boolean unread) {}
}
