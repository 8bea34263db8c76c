package dev.rlhf.label.api;

import dev.rlhf.label.Labeler;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A labeler or admin, as listed for admins.
 *
 * @param openInvites number of invites that still work
 * @param sessions number of browsers that are signed in
 * @param lastSignIn null: never, or all sessions have been deleted since
 */
public record User(
        Labeler labeler,
        Role role,
        boolean disabled,
        int openInvites,
        int sessions,
        @Nullable Instant lastSignIn) {}
