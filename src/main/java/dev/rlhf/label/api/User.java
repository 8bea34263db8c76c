package dev.rlhf.label.api;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.assignment.QuotaUse;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A labeler or admin, as listed for admins.
 *
 * @param openInvites number of invites that still work
 * @param sessions number of browsers that are signed in
 * @param lastSignIn null: never, or all sessions have been deleted since
 * @param tags the labeler's tags, sorted
 */
public record User(
        Labeler labeler,
        Role role,
        boolean disabled,
        int openInvites,
        int sessions,
        @Nullable Instant lastSignIn,
        List<String> tags,
        QuotaUse quota) {
    public User {
        tags = List.copyOf(tags);
    }
}
