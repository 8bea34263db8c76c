package dev.rlhf.bench;

import dev.rlhf.tensor.CounterRng;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes completions of given lengths come out of an unchanged sampler, as if each had drawn an end token there. With random
 * weights tokens are about equally likely, and the sampler inverts the CDF, so a draw u above 0.99 is one of the last hundredth
 * of the vocabulary: those are the stop tokens. A row's draws are hash(seed, stream, step), so for each row a stream is looked
 * up whose draws stay well below 0.99 until the wanted length and then are well above.
 *
 * @param streams by row
 * @param ids the stop tokens
 */
public record Stops(long[] streams, Set<Integer> ids) {
    private static final double GOES_ON = 0.96;
    private static final double STOPS = 0.996;

    /**
     * Streams for completions of {@code lengths} tokens, the stop token included.
     *
     * @param seed the sampler's
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
