package dev.rlhf.label.api;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A draft that was not saved because another tab has saved or submitted since. */
public final class StaleDraftException extends RefusedException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Draft current;

    public StaleDraftException(@Nullable Draft current) {
        super(Reason.CONFLICT, "draft", "this draft was changed in another tab");
        this.current = current;
    }

    /** What is saved now; empty if the draft is gone. */
    public Optional<Draft> current() {
        return Optional.ofNullable(current);
    }
}
