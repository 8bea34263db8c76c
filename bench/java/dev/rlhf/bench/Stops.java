package dev.rlhf.bench;

import dev.rlhf.base.CounterRng;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Random streams that make an unchanged sampler end completions at given lengths. With random weights all tokens are
 * about equally likely and the sampler inverts the CDF, so a draw above 0.99 gives one of the last hundredth of the
 * vocabulary, which are the stop tokens. A row's draws are hash(seed, stream, step), so each row gets a stream whose
 * draws stay well below 0.99 until the wanted length and are well above it then.
 *
 * @param streams one per row
 * @param ids the stop tokens
 */
public record Stops(long[] streams, Set<Integer> ids) {
    private static final double GOES_ON = 0.96;
    private static final double STOPS = 0.996;

    /**
     * Finds streams for completions of {@code lengths} tokens, stop token included.
     *
     * @param seed seed of the sampler
     */
    public static Stops of(long seed, int vocabSize, int[] lengths) {
        long[] streams = new long[lengths.length];
        long next = 0;
        for (int row = 0; row < lengths.length; row++) {
            while (!stopsAt(seed, next, lengths[row])) {
                next++;
            }
            streams[row] = next++;
        }
        Set<Integer> last =
                IntStream.range(vocabSize - vocabSize / 100, vocabSize).boxed().collect(Collectors.toSet());
        return new Stops(streams, last);
    }

    private static boolean stopsAt(long seed, long stream, int length) {
        return CounterRng.uniform(seed, stream, length - 1L) > STOPS
                && IntStream.range(0, length - 1).allMatch(step -> CounterRng.uniform(seed, stream, step) < GOES_ON);
    }
}
