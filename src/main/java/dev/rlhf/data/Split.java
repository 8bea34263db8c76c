package dev.rlhf.data;

import dev.rlhf.base.CounterRng;
import dev.rlhf.base.InputException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Splits data into training, validation and test parts, which depend only on the data and the seed. Rows with the same
 * key (a document's id, a prompt's text, an entity) are in the same part. The parts keep the order of the rows.
 *
 * <p>{@link #byHash} assigns each key independently, so rows that are added later do not move others; {@link
 * #byFraction} meets the fractions exactly, which suits small sets; {@link #contiguous} splits one long text.
 */
public final class Split {
    /** A salt, so that splits are independent of other draws with the same seed. */
    private static final long STREAM = 0x5350_4c49_54L;

    private Split() {}

    /** The parts, which may be empty. */
    public record Parts<T>(List<T> train, List<T> validation, List<T> test) {
        public Parts {
            train = List.copyOf(train);
            validation = List.copyOf(validation);
            test = List.copyOf(test);
        }
    }

    /** Shares of validation and test; the rest is for training. */
    public record Fractions(double validation, double test) {
        /** 80 % training, 10 % validation, 10 % test. */
        public static final Fractions EIGHTY_TEN_TEN = new Fractions(0.1, 0.1);

        /** @throws InputException if one is negative or nothing remains for training */
        public Fractions {
            if (!(validation >= 0 && test >= 0 && validation + test < 1)) {
                throw new InputException(
                        "validation and test fractions must be at least 0 and together below 1, not %s and %s"
                                .formatted(validation, test));
            }
        }
    }

    /**
     * Assigns each key by its hash in [0, 1): below {@code test} to the test part, below {@code test + validation} to
     * the validation part. The fractions are met on average only: 10 % of 1,000 keys are 100 ± 10.
     */
    public static <T> Parts<T> byHash(List<T> rows, Function<T, String> key, Fractions fractions, long seed) {
        return parts(rows, row -> {
            double u = (hash(key.apply(row), seed) >>> 11) * 0x1.0p-53;
            return u < fractions.test() ? 2 : u < fractions.test() + fractions.validation() ? 1 : 0;
        });
    }

    /**
     * Sorts the keys by hash and splits them at the fractions, rounded to whole keys; the training part gets at least
     * one.
     */
    public static <T> Parts<T> byFraction(List<T> rows, Function<T, String> key, Fractions fractions, long seed) {
        Set<String> distinct = new LinkedHashSet<>();
        rows.forEach(row -> distinct.add(key.apply(row)));
        List<String> keys = new ArrayList<>(distinct);
        keys.sort(Comparator.comparingLong((String k) -> hash(k, seed)).thenComparing(Comparator.naturalOrder()));
        long test = Math.round(fractions.test() * keys.size());
        long heldOut =
                Math.min(keys.size() - 1L, Math.round((fractions.test() + fractions.validation()) * keys.size()));
        Map<String, Integer> part = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            part.put(keys.get(i), i < Math.min(test, heldOut) ? 2 : i < heldOut ? 1 : 0);
        }
        return parts(rows, row -> part.getOrDefault(key.apply(row), 0));
    }

    /**
     * Splits one text: the first {@code floor((1 − validation − test) · n)} of its n characters (code points) for
     * training, then validation, then test; nanoGPT's split of tiny Shakespeare is validation 0.1, test 0. A part
     * without characters is left out.
     */
    public static Parts<String> contiguous(String text, Fractions fractions) {
        int n = text.codePointCount(0, text.length());
        int train = (int) (n * (1 - fractions.validation() - fractions.test()));
        int validation = fractions.test() == 0 ? n - train : (int) (n * (1 - fractions.test())) - train;
        int first = text.offsetByCodePoints(0, train);
        int second = text.offsetByCodePoints(first, validation);
        return new Parts<>(
                piece(text.substring(0, first)), piece(text.substring(first, second)), piece(text.substring(second)));
    }

    private static List<String> piece(String text) {
        return text.isEmpty() ? List.of() : List.of(text);
    }

    private static <T> Parts<T> parts(List<T> rows, Function<T, Integer> partOf) {
        List<List<T>> parts = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        rows.forEach(row -> parts.get(partOf.apply(row)).add(row));
        return new Parts<>(parts.get(0), parts.get(1), parts.get(2));
    }

    /** Returns FNV-1a of the key in UTF-8, mixed with the seed. */
    private static long hash(String key, long seed) {
        long h = 0xcbf29ce484222325L;
        for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
            h = (h ^ (b & 0xFF)) * 0x100000001b3L;
        }
        return CounterRng.hash(seed, STREAM, h);
    }
}
