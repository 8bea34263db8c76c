package dev.rlhf.label.api;

import dev.rlhf.label.Labeler;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of the list of labelers and admins.
 *
 * @param openInvites links that were made and still work
 * @param sessions browsers that are signed in
 * @param lastSignIn null: not since their sessions ended, or never
 */
public record User(
        Labeler labeler,
        Role role,
        boolean disabled,
        int openInvites,
        int sessions,
        @Nullable Instant lastSignIn) {}
