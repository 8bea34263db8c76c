package dev.rlhf.label.api;

import dev.rlhf.label.Form;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A task as given to one labeler.
 *
 * @param draft the saved draft, if any
 * @param label the last revision of their label, if they made one
 * @param editable whether a ranking would be accepted now: not exported, and the place is theirs or free
 * @param leaseUntil end of the lease, before which nobody else is given the place; meaningless once labelled
 * @param sentBack set if an admin sent the label back
 */
public record GivenTask(
        ShownTask shown,
        Form form,
        @Nullable Draft draft,
        @Nullable Revision label,
        boolean editable,
        Instant leaseUntil,
        @Nullable SentBack sentBack) {
    /**
     * An admin's request to label the task again.
     *
     * @param note null: none was given
     */
    public record SentBack(@Nullable String note) {}

    public long id() {
        return shown.id();
    }
}
