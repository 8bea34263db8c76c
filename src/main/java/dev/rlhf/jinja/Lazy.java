package dev.rlhf.jinja;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A Python generator or iterator: what {@code map}, {@code select} and their like give. Can be gone through once, has no length
 * and no elements by number.
 */
record Lazy(Iterator<Object> items) {
    /** Those that pass; each is looked at when it is asked for and not before, for the template may change its mind in between. */
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
