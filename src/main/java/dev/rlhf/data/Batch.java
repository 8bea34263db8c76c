package dev.rlhf.data;

import java.util.Arrays;
import java.util.List;

/**
 * A batch of rows, padded on the right to equal width, as flat arrays in row-major order, ready to become tensors
 * {@code [B, T]}. Padding is identified by {@code lengths} and {@code segments}, never by an id, because the pad token
 * may be the end-of-sequence token.
 *
 * @param rows B
 * @param width T, the longest row's length
 * @param inputIds {@code [B·T]}; the pad id after a row's end
 * @param labels {@code [B·T]}; {@link Example#IGNORED} for tokens that are not trained on, and after a row's end
 * @param segments {@code [B·T]}; 1 for the tokens of a row's first sequence, 2 for its second …; 0 after a row's end.
 *     Tokens may attend only to tokens of their own segment.
 * @param lengths {@code [B]}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Batch(int rows, int width, long[] inputIds, long[] labels, long[] segments, int[] lengths) {

    /** Pads {@code examples}, at least one, to the longest of them. */
    public static Batch of(List<Example> examples, int padId) {
        int rows = examples.size();
        int[] lengths = examples.stream().mapToInt(Example::length).toArray();
        int width = Arrays.stream(lengths).max().orElseThrow(() -> new IllegalArgumentException("an empty batch"));
        Batch batch = new Batch(
                rows,
                width,
                filled(rows * width, padId),
                filled(rows * width, Example.IGNORED),
                new long[rows * width],
                lengths);
        for (int row = 0; row < rows; row++) {
            batch.put(row, examples.get(row));
        }
        return batch;
    }

    /** Returns whether some row holds more than one sequence. */
    public boolean packed() {
        return Arrays.stream(segments).anyMatch(segment -> segment > 1);
    }

    /** Returns the number of tokens without padding. */
    public long tokens() {
        return Arrays.stream(lengths).asLongStream().sum();
    }

    private void put(int row, Example example) {
        int at = row * width;
        for (int i = 0; i < example.length(); i++) {
            inputIds[at + i] = example.ids()[i];
            labels[at + i] = example.label(i);
        }
        for (int part = 0; part < example.parts().length; part++) {
            for (int i = 0; i < example.parts()[part]; i++, at++) {
                segments[at] = part + 1L;
            }
        }
    }

    private static long[] filled(int length, long value) {
        long[] array = new long[length];
        Arrays.fill(array, value);
        return array;
    }
}
