package dev.rlhf.jinja;

/**
 * Jinja's default Undefined: prints as nothing, is false, iterates as empty and equals every other Undefined; any other
 * use is an error with {@code message}.
 */
record Undefined(String message) {
    static Undefined variable(String name) {
        return new Undefined(Printing.quote(name) + " is undefined");
    }

    /** Returns the result of {@code of.name} or {@code of[name]} if there is no such element. */
    static Undefined element(Object of, Object name) {
        String type = of == None.NONE ? "None" : Values.typeName(of) + " object";
        return new Undefined(
                name instanceof String attribute
                        ? Printing.quote(type) + " has no attribute " + Printing.quote(attribute)
                        : type + " has no element " + Printing.repr(name));
    }

    /** Returns the result for names hidden by the sandbox: mutating methods and names with a leading underscore. */
    static Undefined unsafe(Object of, String name) {
        return new Undefined("access to attribute %s of %s object is unsafe."
                .formatted(Printing.quote(name), Printing.quote(Values.typeName(of))));
    }

    TemplateException error() {
        return new TemplateException(message);
    }
}
