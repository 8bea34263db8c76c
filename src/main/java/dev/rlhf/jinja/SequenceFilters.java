package dev.rlhf.jinja;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Filters on sequences: length, first and last, sorting, sums. */
final class SequenceFilters {
    static final Map<String, Filters.Filter> ALL = Map.ofEntries(
            Map.entry("length", SequenceFilters::length),
            Map.entry("count", SequenceFilters::length),
            Map.entry("list", (value, arguments) -> {
                arguments.bind("list");
                return new ArrayList<>(Values.items(value));
            }),
            Map.entry("first", SequenceFilters::first),
            Map.entry("last", SequenceFilters::last),
            Map.entry("reverse", SequenceFilters::reverse),
            Map.entry("join", SequenceFilters::join),
            Map.entry("sort", SequenceFilters::sort),
            Map.entry("dictsort", SequenceFilters::dictsort),
            Map.entry("min", (value, arguments) -> extreme("min", value, arguments, -1)),
            Map.entry("max", (value, arguments) -> extreme("max", value, arguments, 1)),
            Map.entry("sum", SequenceFilters::sum));

    private SequenceFilters() {}

    private static Object length(Object value, Arguments arguments) {
        arguments.bind("length");
        return Values.length(value);
    }

    private static Object first(Object value, Arguments arguments) {
        arguments.bind("first");
        Iterator<Object> items = Values.iterate(value);
        return items.hasNext() ? items.next() : new Undefined("No first item, sequence was empty.");
    }

    private static Object last(Object value, Arguments arguments) {
        arguments.bind("last");
        List<Object> items = reversible(value);
        return items.isEmpty() ? new Undefined("No last item, sequence was empty.") : items.getLast();
    }

    private static List<Object> reversible(Object value) {
        if (value instanceof Lazy || !Values.isIterable(value)) {
            throw TemplateException.type(
                    Printing.quote(Values.typeName(value)) + " object is not reversible; add |list before the filter");
        }
        return Values.items(value);
    }

    private static Object reverse(Object value, Arguments arguments) {
        arguments.bind("reverse");
        if (value instanceof String text) {
            return Items.slice(text, None.NONE, None.NONE, -1L);
        }
        List<Object> items = Values.items(value).reversed();
        return value instanceof Lazy || value instanceof Undefined
                ? new ArrayList<>(items)
                : new Lazy(items.iterator());
    }

    private static Object join(Object value, Arguments arguments) {
        var options = arguments.bind("join", "d", "attribute");
        String between = Printing.str(options.get("d", ""));
        UnaryOperator<Object> getter = Attributes.getter(options.unlessNone("attribute"), null);
        StringBuilder out = new StringBuilder();
        boolean first = true;
        for (Object item : Values.items(value)) {
            out.append(first ? "" : between).append(Printing.str(getter.apply(item)));
            Limits.text(out.length());
            first = false;
        }
        return out.toString();
    }

    private static Object sort(Object value, Arguments arguments) {
        var options = arguments.bind("sort", "reverse", "case_sensitive", "attribute");
        boolean exact = options.flag("case_sensitive", false);
        Object attribute = options.unlessNone("attribute");
        List<UnaryOperator<Object>> getters = new ArrayList<>();
        if (attribute instanceof String names) {
            StringSplitting.by(names, ",", -1, false).forEach(name -> getters.add(Attributes.getter(name, null)));
        } else {
            getters.add(Attributes.getter(attribute, null));
        }
        return sorted(
                Values.items(value),
                item -> getters.stream()
                        .map(getter -> folded(getter.apply(item), exact))
                        .toList(),
                options.flag("reverse", false));
    }

    private static Object dictsort(Object value, Arguments arguments) {
        var options = arguments.bind("dictsort", "case_sensitive", "by", "reverse");
        boolean exact = options.flag("case_sensitive", false);
        Object by = options.get("by", "key");
        if (!by.equals("key") && !by.equals("value")) {
            throw new TemplateException("You can only sort by either \"key\" or \"value\"");
        }
        if (!(value instanceof Dict dict)) {
            throw value instanceof Undefined undefined
                    ? undefined.error()
                    : TemplateException.type("dictsort needs a mapping, not " + Values.typeName(value));
        }
        int at = by.equals("key") ? 0 : 1;
        return sorted(
                new View(View.Kind.ITEMS, dict).items(),
                pair -> folded(Values.items(pair).get(at), exact),
                options.flag("reverse", false));
    }

    private static List<Object> sorted(List<Object> items, UnaryOperator<Object> key, boolean reverse) {
        record Keyed(Object key, Object item) {}
        Comparator<Keyed> order = (a, b) -> Comparison.compare(a.key(), b.key(), "<");
        return items.stream()
                .map(item -> new Keyed(key.apply(item), item))
                .sorted(reverse ? order.reversed() : order)
                .map(Keyed::item)
                .toList();
    }

    private static Object extreme(String name, Object value, Arguments arguments, int sign) {
        var options = arguments.bind(name, "case_sensitive", "attribute");
        boolean exact = options.flag("case_sensitive", false);
        UnaryOperator<Object> getter = Attributes.getter(options.unlessNone("attribute"), null);
        @Nullable Object best = null;
        @Nullable Object bestKey = null;
        for (Object item : Values.items(value)) {
            Object key = folded(getter.apply(item), exact);
            if (best == null || bestKey == null || Comparison.ordered(key, bestKey, sign < 0 ? "<" : ">")) {
                best = item;
                bestKey = key;
            }
        }
        return best == null ? new Undefined("No aggregated item, sequence was empty.") : best;
    }

    /** Lowers strings unless the comparison is case-sensitive. */
    static Object folded(Object key, boolean caseSensitive) {
        return key instanceof String text && !caseSensitive ? PyText.lower(text) : key;
    }

    private static Object sum(Object value, Arguments arguments) {
        var options = arguments.bind("sum", "attribute", "start");
        UnaryOperator<Object> getter = Attributes.getter(options.unlessNone("attribute"), null);
        Object sum = options.get("start", 0L);
        if (sum instanceof String) {
            throw TemplateException.type("sum() can't sum strings [use ''.join(seq) instead]");
        }
        for (Object item : Values.items(value)) {
            sum = Arithmetic.binary("+", sum, getter.apply(item));
        }
        return sum;
    }
}
