package dev.rlhf.label.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of the audit table.
 *
 * @param action one word or two, such as {@code invite} or {@code sign_in_failed}
 * @param subject the person or thing it was done to
 */
public record AuditEntry(
        long id,
        Instant at,
        Actor actor,
        String action,
        @Nullable String subject,
        @Nullable String detail) {}
