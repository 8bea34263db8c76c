package dev.rlhf.label.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of the audit table.
 * @param action the action's name, such as {@code invite} or {@code sign_in_failed}
 * @param subject the name of the user, batch or other object that was acted on
 */
public record AuditEntry(
        long id,
        Instant at,
        Actor actor,
        String action,
        @Nullable String subject,
        @Nullable String detail) {}
