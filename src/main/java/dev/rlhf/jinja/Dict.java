package dev.rlhf.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Python's dict: keeps insertion order, with Python's equality of keys (1, 1.0 and True are the same key). Not changed
 * after it has been filled.
 */
final class Dict {
    private final Map<Object, Entry> entries = new LinkedHashMap<>();

    record Entry(Object key, Object value) {
        Tuple pair() {
            return Tuple.of(key, value);
        }
    }

    /** A key that is not a whole number. */
    private record Fraction(double value) {}

    /** @throws TemplateException if the key cannot be hashed in Python */
    void put(Object key, Object value) {
        entries.merge(hashable(key), new Entry(key, value), (before, now) -> new Entry(before.key(), now.value()));
    }

    void putAll(Dict other) {
        other.entries.values().forEach(entry -> put(entry.key(), entry.value()));
    }

    /** @throws TemplateException if the key cannot be hashed in Python */
    @Nullable
    Object get(Object key) {
        Entry entry = entries.get(hashable(key));
        return entry == null ? null : entry.value();
    }

    boolean has(Object key) {
        return entries.containsKey(hashable(key));
    }

    int size() {
        return entries.size();
    }

    List<Entry> entries() {
        return new ArrayList<>(entries.values());
    }

    List<Object> keys() {
        List<Object> keys = new ArrayList<>(entries.size());
        entries.values().forEach(entry -> keys.add(entry.key()));
        return keys;
    }

    List<Object> values() {
        List<Object> values = new ArrayList<>(entries.size());
        entries.values().forEach(entry -> values.add(entry.value()));
        return values;
    }

    /** Returns whether the key can be hashed. */
    static boolean canBeKey(Object key) {
        return switch (key) {
            case Tuple tuple -> tuple.items().stream().allMatch(Dict::canBeKey);
            case List<?> _, Dict _, View _ -> false;
            default -> true;
        };
    }

    /** Returns an object that is equal for keys that Python considers equal. */
    static Object hashable(Object key) {
        return switch (key) {
            case Boolean flag -> flag ? 1L : 0L;
            case Double number ->
                number == Math.rint(number) && Math.abs(number) < 0x1p63
                        ? (Object) number.longValue()
                        : new Fraction(number);
            case Tuple tuple ->
                new Tuple(tuple.items().stream().map(Dict::hashable).toList());
            case Undefined _ -> Undefined.class;
            case List<?> _, Dict _, View _ ->
                throw TemplateException.type("unhashable type: " + Printing.quote(Values.typeName(key)));
            default -> key;
        };
    }
}
