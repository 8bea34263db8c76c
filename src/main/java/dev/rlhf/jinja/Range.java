package dev.rlhf.jinja;

import java.util.AbstractList;
import java.util.List;

/** Python's range, with at most {@link Limits#RANGE} items. */
record Range(long start, long stop, long step) {
    Range {
        if (step == 0) {
            throw new TemplateException("range() arg 3 must not be zero");
        }
        if (length(start, stop, step) > Limits.RANGE) {
            throw new TemplateException(
                    "Range too big. The sandbox blocks ranges larger than MAX_RANGE (%d).".formatted(Limits.RANGE));
        }
    }

    int size() {
        return (int) length(start, stop, step);
    }

    List<Object> items() {
        return new AbstractList<>() {
            @Override
            public Object get(int i) {
                return start + i * step;
            }

            @Override
            public int size() {
                return Range.this.size();
            }
        };
    }

    /** Returns the length, saturated so that an overflow exceeds every limit. */
    private static long length(long start, long stop, long step) {
        if (step > 0 ? start >= stop : start <= stop) {
            return 0;
        }
        try {
            long span = step > 0 ? Math.subtractExact(stop, start) : Math.subtractExact(start, stop);
            long stride = step > 0 ? step : Math.negateExact(step);
            return (span - 1) / stride + 1;
        } catch (ArithmeticException _) {
            return Long.MAX_VALUE;
        }
    }

    @Override
    public String toString() {
        return step == 1 ? "range(%d, %d)".formatted(start, stop) : "range(%d, %d, %d)".formatted(start, stop, step);
    }
}
