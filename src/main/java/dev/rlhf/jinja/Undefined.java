package dev.rlhf.jinja;

/**
 * Jinja's default Undefined: prints as nothing, is false, empty when looped over and equal to every other one; anything else is an
 * error with {@code message}.
 */
record Undefined(String message) {
    static Undefined variable(String name) {
        return new Undefined(Printing.quote(name) + " is undefined");
    }

    /** {@code of.name} or {@code of[name]} that is not there. */
    static Undefined element(Object of, Object name) {
        String type = of == None.NONE ? "None" : Values.typeName(of) + " object";
        return new Undefined(
                name instanceof String attribute
                        ? Printing.quote(type) + " has no attribute " + Printing.quote(attribute)
                        : type + " has no element " + Printing.repr(name));
    }

    /** What the sandbox hides: methods that change a value, and names that begin with underscores. */
    static Undefined unsafe(Object of, String name) {
        return new Undefined("access to attribute %s of %s object is unsafe."
                .formatted(Printing.quote(name), Printing.quote(Values.typeName(of))));
    }

    Fault fault() {
        return new Fault(message);
    }
}
