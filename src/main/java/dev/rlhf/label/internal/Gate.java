package dev.rlhf.label.internal;

import dev.rlhf.label.LabelStore;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.RefusedException;
import dev.rlhf.label.RefusedException.Reason;
import io.javalin.http.Context;
import java.util.Optional;

/** Tells from a request who sends it. Thread-safe. */
final class Gate {
    static final String COOKIE = "rlhf_session";

    private final LabelStore store;

    Gate(LabelStore store) {
        this.store = store;
    }

    /** @throws RefusedException if nobody is signed in */
    Labeler labeler(Context context) {
        return Optional.ofNullable(context.cookie(COOKIE))
                .flatMap(store::session)
                .orElseThrow(() -> new RefusedException(Reason.NOT_SIGNED_IN, "sign in first"));
    }
}
