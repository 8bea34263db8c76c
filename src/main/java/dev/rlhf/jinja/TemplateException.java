package dev.rlhf.jinja;

/** An error in a running template. {@link ChatTemplate} catches it and adds template name and line. */
final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;

    TemplateException(String what) {
        super(what, null, false, false);
        this.what = what;
    }

    static TemplateException type(String what) {
        return new TemplateException("type error: " + what);
    }

    /** Returns the error for a feature of Jinja or Python that this engine does not support. */
    static TemplateException unsupported(String what) {
        return new TemplateException(what + " is not supported (docs/reference/chat-templates.md)");
    }

    String what() {
        return what;
    }
}
