package dev.rlhf.base;

import java.util.Locale;

/** Writes numbers of things for people: {@code 1 row}, {@code 1,200 rows}. Pure functions. */
public final class Count {
    private Count() {}

    /** @param one what is counted, in the singular; its plural ends in s */
    public static String of(long count, String one) {
        return String.format(Locale.ROOT, "%,d %s%s", count, one, count == 1 ? "" : "s");
    }
}
