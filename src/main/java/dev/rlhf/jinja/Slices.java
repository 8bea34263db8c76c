package dev.rlhf.jinja;

import java.util.stream.IntStream;

/** Index arithmetic of Python's {@code [from:to:step]}. */
final class Slices {
    private Slices() {}

    /** Returns start and end (exclusive) for a step of one. */
    static int[] bounds(int length, Object from, Object to) {
        return new int[] {bound(from, length, 0, 0, length), bound(to, length, length, 0, length)};
    }

    /** @throws TemplateException if the step is 0 or a bound is not an integer */
    static IntStream indices(int length, Object from, Object to, Object step) {
        long stride = step == None.NONE ? 1 : Values.index(step);
        if (stride == 0) {
            throw new TemplateException("slice step cannot be zero");
        }
        if (stride > 0) {
            int[] bounds = bounds(length, from, to);
            int by = (int) Math.min(stride, Integer.MAX_VALUE);
            int count = Math.max(0, Math.ceilDiv(bounds[1] - bounds[0], by));
            return IntStream.range(0, count).map(i -> bounds[0] + i * by);
        }
        int first = bound(from, length, length - 1, -1, length - 1);
        int last = bound(to, length, -1, -1, length - 1);
        int by = (int) Math.min(-Math.max(stride, -Integer.MAX_VALUE), Integer.MAX_VALUE);
        int count = Math.max(0, Math.ceilDiv(first - last, by));
        return IntStream.range(0, count).map(i -> first - i * by);
    }

    private static int bound(Object given, int length, int defaultValue, int least, int most) {
        if (given == None.NONE) {
            return defaultValue;
        }
        long index = Values.index(given);
        return Math.clamp(index < 0 ? index + length : index, least, most);
    }
}
