package dev.rlhf.jinja;

/** What a running template did wrong, before template name and line are known; {@link ChatTemplate} adds those. */
final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;

    Fault(String what) {
        super(what, null, false, false);
        this.what = what;
    }

    static Fault type(String what) {
        return new Fault("type error: " + what);
    }

    /** The template asks for something of Jinja or Python that this engine does not have. */
    static Fault unsupported(String what) {
        return new Fault(what + " is not supported (docs/reference/chat-templates.md)");
    }

    String what() {
        return what;
    }
}
