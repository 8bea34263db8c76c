package dev.rlhf.label.api;

import dev.rlhf.data.Verdict;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.LabelKind;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a labeler's own labels, latest first.
 *
 * @param next start of the next page ({@code LabelerService.history}); null if this is the last one
 */
public record LabelHistory(List<Entry> labels, @Nullable Long next) {
    public LabelHistory {
        labels = List.copyOf(labels);
    }

    /**
     * The latest label of one task.
     *
     * @param excerpt the beginning of the prompt's last message, on one line
     * @param ranks in the order shown, as {@link Judgement#ranks}
     * @param verdict null unless the label is a verdict
     */
    public record Entry(
            long task,
            LabelKind kind,
            Instant at,
            int revision,
            @Nullable Double seconds,
            boolean editable,
            String excerpt,
            @Nullable List<@Nullable Integer> ranks,
            @Nullable Verdict verdict) {}
}
