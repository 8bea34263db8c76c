package dev.rlhf.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks up {@code value.name}, {@code value[key]} and {@code value[a:b:c]} like jinja2's immutable sandbox. */
final class Items {
    private Items() {}

    /** Returns a method or attribute with that name, otherwise an element, otherwise undefined. */
    static Object attribute(Object of, String name) {
        if (of instanceof Undefined undefined) {
            throw undefined.error();
        }
        Object attribute = ownAttribute(of, name);
        if (attribute != null) {
            return attribute;
        }
        Object element = elementOrNull(of, name);
        return element == null ? Undefined.element(of, name) : element;
    }

    /** Returns the element with that key, otherwise a method or attribute with that name, otherwise undefined. */
    static Object element(Object of, Object key) {
        if (of instanceof Undefined undefined) {
            throw undefined.error();
        }
        Object element = elementOrNull(of, key);
        if (element == null && key instanceof String name) {
            element = ownAttribute(of, name);
        }
        return element == null ? Undefined.element(of, key) : element;
    }

    private static @Nullable Object ownAttribute(Object of, String name) {
        if (name.startsWith("__") && name.endsWith("__")) {
            return Undefined.unsafe(of, name);
        }
        return switch (of) {
            case Namespace namespace -> {
                Object value = namespace.attributes().get(name);
                yield value != null && name.startsWith("_") ? Undefined.unsafe(of, name) : value;
            }
            case Loop loop -> loop.attribute(name);
            case Markup _ -> throw TemplateException.unsupported("." + name + " of a |safe string");
            case Macro _ -> throw TemplateException.unsupported("." + name + " of a macro");
            default -> Methods.of(of, name);
        };
    }

    private static @Nullable Object elementOrNull(Object of, Object key) {
        return switch (of) {
            case Dict dict -> Dict.canBeKey(key) ? dict.get(key) : null;
            case List<?> list -> at(list, key);
            case Tuple tuple -> at(tuple.items(), key);
            case Range range -> at(range.items(), key);
            case String text -> character(text, key);
            case Markup _ -> throw TemplateException.unsupported("an element of a |safe string");
            default -> null;
        };
    }

    private static @Nullable Object at(List<?> items, Object key) {
        if (!(key instanceof Long || key instanceof Boolean)) {
            return null;
        }
        long index = Values.index(key);
        long i = index < 0 ? index + items.size() : index;
        return i >= 0 && i < items.size() ? items.get((int) i) : null;
    }

    private static @Nullable Object character(String text, Object key) {
        if (!(key instanceof Long || key instanceof Boolean)) {
            return null;
        }
        long index = Values.index(key);
        long length = PyText.length(text);
        long i = index < 0 ? index + length : index;
        return i >= 0 && i < length ? Character.toString(text.codePointAt(text.offsetByCodePoints(0, (int) i))) : null;
    }

    /**
     * Slices a value; {@code None} is an open bound.
     *
     * @throws TemplateException if the value cannot be sliced or a bound is not an integer
     */
    static Object slice(Object of, Object from, Object to, Object step) {
        return switch (of) {
            case Undefined undefined -> throw undefined.error();
            case String text -> {
                if (step == None.NONE && text.length() == PyText.length(text)) {
                    int[] bounds = Slices.bounds(text.length(), from, to);
                    yield text.substring(bounds[0], Math.max(bounds[0], bounds[1]));
                }
                int[] points = text.codePoints().toArray();
                int[] picked = Slices.indices(points.length, from, to, step)
                        .map(i -> points[i])
                        .toArray();
                yield new String(picked, 0, picked.length);
            }
            case List<?> list -> picked(list, from, to, step);
            case Tuple tuple -> new Tuple(picked(tuple.items(), from, to, step));
            case Range _ -> throw TemplateException.unsupported("a slice of a range");
            default ->
                throw TemplateException.type(
                        Printing.quote(Values.typeName(of)) + " object is not subscriptable by a slice");
        };
    }

    private static List<Object> picked(List<?> list, Object from, Object to, Object step) {
        return Slices.indices(list.size(), from, to, step)
                .<Object>mapToObj(list::get)
                .toList();
    }
}
