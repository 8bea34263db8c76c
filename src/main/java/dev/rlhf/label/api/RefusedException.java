package dev.rlhf.label.api;

/** A labeler's request that the store does not carry out. The message is one line fit to be shown to the labeler. */
public class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why; the server answers with the status beside it. */
    public enum Reason {
        INVALID(400, "invalid"),
        NOT_SIGNED_IN(401, "signed_out"),
        FORBIDDEN(403, "forbidden"),
        NOT_YOURS(404, "not_yours"),
        CONFLICT(409, "conflict"),
        /** The lease ran out and another labeler took the place. */
        EXPIRED(410, "expired"),
        TOO_LARGE(413, "size"),
        TOO_MANY(429, "too_many");

        private final int status;
        private final String code;

        Reason(int status, String code) {
            this.status = status;
            this.code = code;
        }

        /** The HTTP status that says it. */
        public int status() {
            return status;
        }
    }

    private final Reason reason;
    private final String code;

    /** With the reason's own code. */
    public RefusedException(Reason reason, String message) {
        this(reason, reason.code, message);
    }

    /** @param code one word by which a program tells this refusal from others of the same status */
    public RefusedException(Reason reason, String code, String message) {
        super(message);
        this.reason = reason;
        this.code = code;
    }

    public Reason reason() {
        return reason;
    }

    /** One word that names the refusal to programs; docs/reference/labelling.md lists them. */
    public String code() {
        return code;
    }
}
