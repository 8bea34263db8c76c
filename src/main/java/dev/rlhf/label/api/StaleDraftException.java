package dev.rlhf.label.api;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Thrown if a draft is not saved because another tab has saved or submitted in the meantime. */
public final class StaleDraftException extends RefusedException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Draft current;

    public StaleDraftException(@Nullable Draft current) {
        super(Reason.CONFLICT, "draft", "this draft was changed in another tab");
        this.current = current;
    }

    /** Returns the currently saved draft; empty if there is none any more. */
    public Optional<Draft> current() {
        return Optional.ofNullable(current);
    }
}
