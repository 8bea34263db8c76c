package dev.rlhf.label.api;

/** Thrown if the store refuses a request. The message is one line that can be shown to the labeler. */
public class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The reason for a refusal, with the HTTP status of the server's answer. */
    public enum Reason {
        INVALID(400, "invalid"),
        NOT_SIGNED_IN(401, "signed_out"),
        FORBIDDEN(403, "forbidden"),
        NOT_YOURS(404, "not_yours"),
        CONFLICT(409, "conflict"),
        /** The lease expired and another labeler took the place. */
        EXPIRED(410, "expired"),
        TOO_LARGE(413, "size"),
        TOO_MANY(429, "too_many");

        private final int status;
        private final String code;

        Reason(int status, String code) {
            this.status = status;
            this.code = code;
        }

        /** Returns the HTTP status of the answer. */
        public int status() {
            return status;
        }
    }

    private final Reason reason;
    private final String code;

    /** Refuses with the reason's default code. */
    public RefusedException(Reason reason, String message) {
        this(reason, reason.code, message);
    }

    /** @param code one word that distinguishes this refusal from others with the same status */
    public RefusedException(Reason reason, String code, String message) {
        super(message);
        this.reason = reason;
        this.code = code;
    }

    public Reason reason() {
        return reason;
    }

    /** Returns the word that identifies the refusal to programs; docs/reference/labelling.md lists them. */
    public String code() {
        return code;
    }
}
