package dev.rlhf.label.api;

import dev.rlhf.label.Form;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A task as given to one labeler.
 *
 * @param draft the saved draft, if any
 * @param label the latest revision of their label, if they made one
 * @param editable whether a ranking would be accepted now: not exported, and the place is theirs or free
 * @param leaseUntil end of the lease, before which nobody else is given the place; meaningless once labelled
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
