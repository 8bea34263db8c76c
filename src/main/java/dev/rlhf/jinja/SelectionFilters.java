package dev.rlhf.jinja;

import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Filters that take the name of a filter or test: map, select, reject, selectattr, rejectattr; and unique. All return
 * generators.
 */
final class SelectionFilters {
    static final Map<String, Filters.Filter> FILTERS = Map.of(
            "map", SelectionFilters::map,
            "select", (value, arguments) -> select(value, arguments, false, true),
            "reject", (value, arguments) -> select(value, arguments, false, false),
            "selectattr", (value, arguments) -> select(value, arguments, true, true),
            "rejectattr", (value, arguments) -> select(value, arguments, true, false),
            "unique", SelectionFilters::unique);

    private SelectionFilters() {}

    private static Object map(Object value, Arguments arguments) {
        UnaryOperator<Object> change = change(arguments);
        Iterator<Object> items = source(value);
        return new Lazy(new Iterator<>() {
            @Override
            public boolean hasNext() {
                return items.hasNext();
            }

            @Override
            public Object next() {
                return change.apply(items.next());
            }
        });
    }

    /** Returns no items for any empty value, including {@code None}. */
    private static Iterator<Object> source(Object value) {
        return Values.truth(value) ? Values.iterate(value) : List.<Object>of().iterator();
    }

    private static UnaryOperator<Object> change(Arguments arguments) {
        if (arguments.positional().isEmpty()) {
            var options = arguments.bind("map", "attribute", "default");
            if (options.get("attribute") == null) {
                throw new TemplateException("map requires a filter argument");
            }
            return Attributes.getter(options.require("attribute"), options.unlessNone("default"));
        }
        Filters.Filter filter = Filters.named(Values.text(arguments.positional().getFirst(), "the filter's name"));
        Arguments rest = arguments.skip(1);
        return item -> filter.apply(item, rest);
    }

    private static Object select(Object value, Arguments arguments, boolean byAttribute, boolean wanted) {
        List<Object> given = arguments.positional();
        if (byAttribute && given.isEmpty()) {
            throw new TemplateException("Missing parameter for attribute name");
        }
        UnaryOperator<Object> getter = Attributes.getter(byAttribute ? given.getFirst() : null, null);
        Predicate<Object> test = test(byAttribute ? arguments.skip(1) : arguments);
        return new Lazy(Lazy.filtered(source(value), item -> test.test(getter.apply(item)) == wanted));
    }

    private static Predicate<Object> test(Arguments arguments) {
        if (arguments.positional().isEmpty()) {
            return Values::truth;
        }
        Tests.Test test = Tests.named(Values.text(arguments.positional().getFirst(), "the test's name"));
        Arguments rest = arguments.skip(1);
        return item -> test.apply(item, rest);
    }

    private static Object unique(Object value, Arguments arguments) {
        var options = arguments.bind("unique", "case_sensitive", "attribute");
        boolean exact = options.flag("case_sensitive", false);
        @Nullable Object attribute = options.unlessNone("attribute");
        UnaryOperator<Object> getter = Attributes.getter(attribute, null);
        Set<Object> seen = new HashSet<>();
        return new Lazy(Lazy.filtered(
                Values.iterate(value),
                item -> seen.add(Dict.hashable(SequenceFilters.folded(getter.apply(item), exact)))));
    }
}
