package dev.rlhf.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Packs short sequences into shared rows, which reduces padding. Each sequence goes into the first row with enough
 * space (first-fit), in the order in which rows were opened; the sequences of a row keep their order. They must not
 * attend to each other: {@link Batch#segments} identifies them.
 */
public final class Packing {
    private Packing() {}

    /**
     * Packs {@code examples} into rows of at most {@code maxLength} tokens.
     *
     * @throws IllegalArgumentException if one is longer by itself
     */
    public static List<Example> firstFit(List<Example> examples, int maxLength) {
        FreeSpace space = new FreeSpace(examples.size(), maxLength);
        List<List<Example>> rows = new ArrayList<>();
        for (Example example : examples) {
            if (example.length() > maxLength) {
                throw new IllegalArgumentException(
                        "an example of %d tokens does not fit into %d".formatted(example.length(), maxLength));
            }
            int row = space.take(example.length());
            if (row == rows.size()) {
                rows.add(new ArrayList<>());
            }
            rows.get(row).add(example);
        }
        return rows.stream().map(Packing::join).toList();
    }

    /** Concatenates sequences into one row. */
    public static Example join(List<Example> examples) {
        int total = examples.stream().mapToInt(Example::length).sum();
        int[] ids = new int[total];
        boolean[] trained = new boolean[total];
        int at = 0;
        for (Example example : examples) {
            System.arraycopy(example.ids(), 0, ids, at, example.length());
            System.arraycopy(example.trained(), 0, trained, at, example.length());
            // The last token of one sequence does not predict the first of the next.
            trained[at] = false;
            at += example.length();
        }
        int[] parts = examples.stream()
                .flatMapToInt(example -> Arrays.stream(example.parts()))
                .toArray();
        return new Example(ids, trained, parts);
    }

    /**
     * A binary tree over the rows, in which a node holds the largest free space below it. Finds the first row with
     * enough space in log n steps.
     */
    private static final class FreeSpace {
        private final int leaves;
        private final int[] most;

        FreeSpace(int rows, int capacity) {
            leaves = Math.max(1, Integer.highestOneBit(Math.max(1, rows - 1)) * 2);
            most = new int[2 * leaves];
            Arrays.fill(most, capacity);
        }

        /** Takes {@code length} from the first row with enough free space and returns the row. */
        int take(int length) {
            int node = 1;
            while (node < leaves) {
                node = most[2 * node] >= length ? 2 * node : 2 * node + 1;
            }
            int row = node - leaves;
            most[node] -= length;
            for (node /= 2; node > 0; node /= 2) {
                most[node] = Math.max(most[2 * node], most[2 * node + 1]);
            }
            return row;
        }
    }
}
