package dev.rlhf.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** Python's {@code bool()}, {@code len()}, {@code iter()} and {@code type()}. */
final class Values {
    private Values() {}

    static boolean truth(Object value) {
        return switch (value) {
            case Boolean flag -> flag;
            case Long number -> number != 0;
            case Double number -> number != 0;
            case String text -> !text.isEmpty();
            case Markup markup -> !markup.text().isEmpty();
            case List<?> list -> !list.isEmpty();
            case Tuple tuple -> !tuple.items().isEmpty();
            case Dict dict -> dict.size() > 0;
            case View view -> view.dict().size() > 0;
            case Range range -> range.size() > 0;
            case None _, Undefined _ -> false;
            default -> true;
        };
    }

    /** Returns the type name as in Python's messages; types of jinja2 include their module. */
    static String typeName(Object value) {
        return switch (value) {
            case None _ -> "NoneType";
            case Boolean _ -> "bool";
            case Long _ -> "int";
            case Double _ -> "float";
            case String _ -> "str";
            case Markup _ -> "markupsafe.Markup";
            case List<?> _ -> "list";
            case Tuple _ -> "tuple";
            case Dict _ -> "dict";
            case View view -> view.typeName();
            case Range _ -> "range";
            case Lazy _ -> "generator";
            case Namespace _ -> "jinja2.utils.Namespace";
            case Loop _ -> "jinja2.runtime.LoopContext";
            case Macro _ -> "jinja2.runtime.Macro";
            case Undefined _ -> "Undefined";
            default -> "function";
        };
    }

    static boolean isIterable(Object value) {
        return switch (value) {
            case String _, Markup _, List<?> _, Tuple _, Dict _, View _, Range _, Lazy _, Loop _, Undefined _ -> true;
            default -> false;
        };
    }

    /** @throws TemplateException if the value is not iterable */
    static Iterator<Object> iterate(Object value) {
        if (value instanceof Lazy lazy) {
            return lazy.items();
        }
        if (value instanceof Loop) {
            throw TemplateException.unsupported("iterating over `loop`");
        }
        return items(value).iterator();
    }

    /**
     * Returns all items of an iterable; a generator is consumed. The list must not be modified.
     *
     * @throws TemplateException if the value is not iterable
     */
    static List<Object> items(Object value) {
        return switch (value) {
            case List<?> list -> Collections.unmodifiableList(list);
            case Tuple tuple -> tuple.items();
            case String text -> PyText.characters(text);
            case Dict dict -> dict.keys();
            case View view -> view.items();
            case Range range -> range.items();
            case Undefined _ -> List.of();
            case Lazy lazy -> {
                List<Object> items = new ArrayList<>();
                lazy.items().forEachRemaining(items::add);
                yield items;
            }
            default -> throw TemplateException.type(Printing.quote(typeName(value)) + " object is not iterable");
        };
    }

    /** @throws TemplateException if the value has no length */
    static long length(Object value) {
        return switch (value) {
            case String text -> PyText.length(text);
            case List<?> list -> list.size();
            case Tuple tuple -> tuple.items().size();
            case Dict dict -> dict.size();
            case View view -> view.dict().size();
            case Range range -> range.size();
            case Undefined _ -> 0;
            case Loop loop -> loop.length();
            default ->
                throw TemplateException.type(
                        "object of type %s has no len()".formatted(Printing.quote(typeName(value))));
        };
    }

    /** Python's {@code item in container}. */
    static boolean contains(Object container, Object item) {
        return switch (container) {
            case String text -> {
                if (!(item instanceof String part)) {
                    throw TemplateException.type(
                            "'in <string>' requires string as left operand, not " + typeName(item));
                }
                yield text.contains(part);
            }
            case Dict dict -> dict.has(item);
            case View view when view.kind() == View.Kind.KEYS -> view.dict().has(item);
            case Lazy lazy -> {
                while (lazy.items().hasNext()) {
                    if (Comparison.equal(lazy.items().next(), item)) {
                        yield true;
                    }
                }
                yield false;
            }
            case List<?> _, Tuple _, View _, Range _, Undefined _ ->
                items(container).stream().anyMatch(one -> Comparison.equal(one, item));
            default ->
                throw TemplateException.type(
                        "argument of type %s is not iterable".formatted(Printing.quote(typeName(container))));
        };
    }

    /**
     * Returns a value as an integer; True is 1, as in Python.
     *
     * @throws TemplateException if the value is not an integer
     */
    static long index(Object value) {
        return switch (value) {
            case Long number -> number;
            case Boolean flag -> flag ? 1 : 0;
            case Undefined undefined -> throw undefined.error();
            default ->
                throw TemplateException.type(
                        "%s object cannot be interpreted as an integer".formatted(Printing.quote(typeName(value))));
        };
    }

    /** @throws TemplateException if the value is not a string */
    static String text(Object value, String what) {
        return switch (value) {
            case String text -> text;
            case Undefined undefined -> throw undefined.error();
            default -> throw TemplateException.type(what + " must be str, not " + typeName(value));
        };
    }
}
