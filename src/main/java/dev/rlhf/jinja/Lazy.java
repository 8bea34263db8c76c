package dev.rlhf.jinja;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A Python generator or iterator, such as the result of {@code map} or {@code select}. Can be iterated once; has no
 * length and no index access.
 */
record Lazy(Iterator<Object> items) {
    /**
     * Returns the items that pass. Each item is tested only when it is requested, because the template may change the
     * outcome in between.
     */
    static Iterator<Object> filtered(Iterator<Object> from, Predicate<Object> keep) {
        return new Iterator<>() {
            private @Nullable Object next;

            @Override
            public boolean hasNext() {
                while (next == null && from.hasNext()) {
                    Object candidate = from.next();
                    if (keep.test(candidate)) {
                        next = candidate;
                    }
                }
                return next != null;
            }

            @Override
            public Object next() {
                if (!hasNext() || next == null) {
                    throw new NoSuchElementException();
                }
                Object result = next;
                next = null;
                return result;
            }
        };
    }
}
