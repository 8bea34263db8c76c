package dev.rlhf.label.api;

import dev.rlhf.label.Form;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A task as one labeler has it.
 *
 * @param draft saved and not submitted, if any
 * @param label the latest revision of their label, if they made one
 * @param editable whether a ranking would be taken now: not exported, and the place is theirs or free
 * @param leaseUntil until when nobody else is given the place, unless they have labelled it
 */
public record GivenTask(
        ShownTask shown,
        Form form,
        @Nullable Draft draft,
        @Nullable Revision label,
        boolean editable,
        Instant leaseUntil) {
    public long id() {
        return shown.id();
    }
}
