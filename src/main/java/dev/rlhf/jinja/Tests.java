package dev.rlhf.jinja;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The table of tests, used after {@code is}. */
final class Tests {
    /** {@code value is name(arguments)}. */
    @FunctionalInterface
    interface Test {
        boolean apply(Object value, Arguments arguments);
    }

    @FunctionalInterface
    private interface OfTwo {
        boolean apply(Object value, Object other);
    }

    private static final Map<String, Test> ALL = all();

    private Tests() {}

    /** Returns null if there is no test with that name. */
    static @Nullable Test find(String name) {
        return ALL.get(name);
    }

    /** @throws TemplateException if there is no test with that name */
    static Test named(String name) {
        Test test = ALL.get(name);
        if (test == null) {
            throw TemplateException.unsupported("the test " + Printing.quote(name));
        }
        return test;
    }

    private static Map<String, Test> all() {
        Map<String, Test> tests = new HashMap<>();
        plain(tests, "defined", value -> !(value instanceof Undefined));
        plain(tests, "undefined", value -> value instanceof Undefined);
        plain(tests, "none", value -> value == None.NONE);
        plain(tests, "boolean", value -> value instanceof Boolean);
        plain(tests, "true", value -> value.equals(true));
        plain(tests, "false", value -> value.equals(false));
        plain(tests, "integer", value -> value instanceof Long);
        plain(tests, "float", value -> value instanceof Double);
        plain(tests, "number", Comparison::isNumber);
        plain(tests, "string", value -> value instanceof String || value instanceof Markup);
        plain(tests, "mapping", value -> value instanceof Dict);
        plain(tests, "sequence", Tests::isSequence);
        plain(tests, "iterable", Values::isIterable);
        plain(
                tests,
                "callable",
                value -> value instanceof Callable || value instanceof Undefined || value instanceof Loop);
        plain(tests, "lower", value -> StringMethods.isLower(Printing.str(value)));
        plain(tests, "upper", value -> StringMethods.isUpper(Printing.str(value)));
        plain(tests, "odd", value -> Comparison.equal(Arithmetic.binary("%", value, 2L), 1L));
        plain(tests, "even", value -> Comparison.equal(Arithmetic.binary("%", value, 2L), 0L));
        withOther(tests, (value, by) -> Comparison.equal(Arithmetic.binary("%", value, by), 0L), "divisibleby");
        withOther(tests, (value, container) -> Values.contains(container, value), "in");
        withOther(tests, Tests::isSame, "sameas");
        withOther(tests, Comparison::equal, "==", "eq", "equalto");
        withOther(tests, (value, other) -> !Comparison.equal(value, other), "!=", "ne");
        withOther(tests, (value, other) -> Comparison.ordered(value, other, "<"), "<", "lt", "lessthan");
        withOther(tests, (value, other) -> Comparison.ordered(value, other, "<="), "<=", "le");
        withOther(tests, (value, other) -> Comparison.ordered(value, other, ">"), ">", "gt", "greaterthan");
        withOther(tests, (value, other) -> Comparison.ordered(value, other, ">="), ">=", "ge");
        return Map.copyOf(tests);
    }

    private static void plain(Map<String, Test> tests, String name, Predicate<Object> test) {
        tests.put(name, (value, arguments) -> {
            arguments.bind(name);
            return test.test(value);
        });
    }

    private static void withOther(Map<String, Test> tests, OfTwo test, String... names) {
        for (String name : names) {
            tests.put(
                    name,
                    (value, arguments) ->
                            test.apply(value, arguments.bind(name, "other").require("other")));
        }
    }

    private static boolean isSequence(Object value) {
        return switch (value) {
            case String _, Markup _, List<?> _, Tuple _, Dict _, Range _, Undefined _ -> true;
            default -> false;
        };
    }

    /** Python's {@code is}. Rejected for numbers and strings, where CPython's answer depends on interning. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(Object value, Object other) {
        if (!value.getClass().equals(other.getClass())) {
            return false;
        }
        return switch (value) {
            case Boolean _, None _ -> value.equals(other);
            case Long _, Double _, String _, Markup _, Tuple _ ->
                throw TemplateException.unsupported("sameas of two values of type " + Values.typeName(value));
            default -> value == other;
        };
    }
}
