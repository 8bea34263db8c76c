package dev.rlhf.jinja;

/** One rendering: the line it is at, for messages, and how much it has done. */
final class Run {
    private int line = 1;
    private int steps;
    private int calls;

    void at(int now) {
        line = now;
    }

    int line() {
        return line;
    }

    /** @throws Fault if that was one too many */
    void step() {
        if (++steps > Limits.STEPS) {
            throw new Fault("more than %,d loop rounds and macro calls".formatted(Limits.STEPS));
        }
    }

    /** @throws Fault if macros call each other too deep */
    void enterMacro() {
        step();
        if (++calls > Limits.DEPTH) {
            throw new Fault("macros call each other more than " + Limits.DEPTH + " deep");
        }
    }

    void leaveMacro() {
        calls--;
    }
}
