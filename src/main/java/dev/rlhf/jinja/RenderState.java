package dev.rlhf.jinja;

/** The state of one rendering: the current line, for messages, and the work done so far. */
final class RenderState {
    private int line = 1;
    private int steps;
    private int calls;

    void at(int now) {
        line = now;
    }

    int line() {
        return line;
    }

    /** @throws TemplateException if the limit of steps is exceeded */
    void step() {
        if (++steps > Limits.STEPS) {
            throw new TemplateException("more than %,d loop rounds and macro calls".formatted(Limits.STEPS));
        }
    }

    /** @throws TemplateException if macro calls are nested too deep */
    void enterMacro() {
        step();
        if (++calls > Limits.DEPTH) {
            throw new TemplateException("macros call each other more than " + Limits.DEPTH + " deep");
        }
    }

    void leaveMacro() {
        calls--;
    }
}
