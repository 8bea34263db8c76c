package dev.rlhf.jinja;

/** A function, a macro or a method of a value. */
@FunctionalInterface
interface Callable {
    /** @throws TemplateException if the arguments do not fit */
    Object call(Arguments arguments);
}
