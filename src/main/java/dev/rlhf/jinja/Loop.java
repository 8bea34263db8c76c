package dev.rlhf.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A running {@code for} loop and the template's {@code loop} variable. Reads items lazily: {@code loop.last} and
 * {@code loop.nextitem} read one item ahead, {@code loop.length} reads all remaining items.
 */
final class Loop implements Iterator<Object> {

    private Iterator<Object> rest;
    private @Nullable Object ahead;
    private @Nullable Object current;
    private @Nullable Object before;
    private @Nullable List<Object> lastChanged;
    private long index;
    private long length = -1;

    /** @param length number of items, or -1 if it is unknown */
    Loop(Iterator<Object> items, long length) {
        this.rest = items;
        this.length = length;
    }

    @Override
    public boolean hasNext() {
        return ahead != null || rest.hasNext();
    }

    @Override
    public Object next() {
        Object next = ahead == null ? rest.next() : ahead;
        ahead = null;
        before = current;
        current = next;
        index++;
        return next;
    }

    /** Number of iterations started. */
    long index() {
        return index;
    }

    long length() {
        if (length < 0) {
            List<Object> left = new ArrayList<>();
            rest.forEachRemaining(left::add);
            rest = left.iterator();
            length = left.size() + index + (ahead == null ? 0 : 1);
        }
        return length;
    }

    private @Nullable Object peek() {
        if (ahead == null && rest.hasNext()) {
            ahead = rest.next();
        }
        return ahead;
    }

    /** Returns {@code loop.name}; null if there is no such attribute. */
    @Nullable
    Object attribute(String name) {
        return switch (name) {
            case "index" -> index;
            case "index0" -> index - 1;
            case "revindex" -> length() - index + 1;
            case "revindex0" -> length() - index;
            case "first" -> index == 1;
            case "last" -> peek() == null;
            case "length" -> length();
            case "depth" -> 1L;
            case "depth0" -> 0L;
            case "previtem" -> before == null ? new Undefined("there is no previous item") : before;
            case "nextitem" -> {
                Object next = peek();
                yield next == null ? new Undefined("there is no next item") : next;
            }
            case "cycle" -> (Callable) this::cycle;
            case "changed" -> (Callable) this::changed;
            default -> null;
        };
    }

    private Object cycle(Arguments arguments) {
        List<Object> items = arguments.positional();
        if (items.isEmpty() || !arguments.named().isEmpty()) {
            throw TemplateException.type("cycle() takes one or more items and no keyword arguments");
        }
        return items.get((int) ((index - 1) % items.size()));
    }

    private Object changed(Arguments arguments) {
        List<Object> values = arguments.positional();
        boolean changed = lastChanged == null || !Comparison.equal(lastChanged, values);
        lastChanged = values;
        return changed;
    }
}
