package dev.rlhf.label;

/** A labeler's request that the store does not carry out. The message is one line fit to be shown to the labeler. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why; the server answers with the status beside it. */
    public enum Reason {
        INVALID(400),
        NOT_SIGNED_IN(401),
        NOT_YOURS(404),
        CONFLICT(409),
        /** The lease ran out and another labeler took the place. */
        EXPIRED(410);

        private final int status;

        Reason(int status) {
            this.status = status;
        }

        /** The HTTP status that says it. */
        public int status() {
            return status;
        }
    }

    private final Reason reason;

    public RefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
