package dev.rlhf.bench;

import dev.rlhf.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The input of both sides, equal to that of {@code peers/common.py}. */
public final class Inputs {
    private Inputs() {}

    /** Returns lengths spread over {@code low..high}. */
    public static int[] ragged(int count, int low, int high) {
        return IntStream.range(0, count)
                .map(i -> low + (int) (i * 7919L % (high - low + 1)))
                .toArray();
    }

    /** Returns consecutive runs of the text's tokens, starting again at its end. */
    public static List<int[]> sequences(Flags flags, Tokenizer tokenizer, int[] lengths) {
        int[] tokens = tokenizer.encode(text(flags));
        List<int[]> rows = new ArrayList<>();
        int at = 0;
        for (int length : lengths) {
            int from = at;
            rows.add(IntStream.range(0, length)
                    .map(i -> tokens[(from + i) % tokens.length])
                    .toArray());
            at = (at + length) % tokens.length;
        }
        return rows;
    }

    /** Returns consecutive runs of tokens, with the tokenizer of {@code --model}. */
    public static List<int[]> sequences(Flags flags, int[] lengths) {
        try (Tokenizer tokenizer = Tokenizer.load(flags.path("model"))) {
            return sequences(flags, tokenizer, lengths);
        }
    }

    public static String text(Flags flags) {
        try {
            return Files.readString(flags.path("text"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
