package dev.rlhf.generate;

import ai.djl.ndarray.NDArray;
import dev.rlhf.base.CounterRng;
import dev.rlhf.base.FailedRunException;
import dev.rlhf.base.InputException;
import dev.rlhf.tensor.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Samples the next token of each row from its logits. Stateless; called within a scope. */
final class Sampler {
    private Sampler() {}

    /**
     * Adds a token to each row; row i of {@code logits} [B, V] or [B, 1, V] belongs to row i.
     *
     * @throws FailedRunException if a row's logits are not finite
     * @throws InputException if the rules forbid every token of a row
     */
    static void draw(Torch torch, List<Row> rows, NDArray logits, Sampling sampling) {
        long[] u = new long[rows.size()];
        for (int r = 0; r < u.length; r++) {
            u[r] = CounterRng.units(
                    sampling.seed(), rows.get(r).stream, rows.get(r).count());
        }
        add(rows, sample(torch, "sample", rows, logits, sampling, u));
    }

    /**
     * Like {@link #draw(Torch, List, NDArray, Sampling)}, with draws [B] that are on the device already; see {@link
     * CounterRng#units}. Logits and draws may have further rows.
     *
     * @return the result of the kernel {@code sample}
     */
    static NDArray draw(Torch torch, List<Row> rows, NDArray logits, Sampling sampling, NDArray units) {
        NDArray drawn = sample(torch, rows, logits, sampling, units);
        add(rows, drawn);
        return drawn;
    }

    /** Returns the result of the kernel {@code sample} for draws that are on the device, without waiting for it. */
    static NDArray sample(Torch torch, List<Row> rows, NDArray logits, Sampling sampling, NDArray units) {
        return sample(torch, "sample_at", rows, logits, sampling, units);
    }

    private static NDArray sample(
            Torch torch, String kernel, List<Row> rows, NDArray logits, Sampling sampling, Object units) {
        return torch.kernels()
                .callOften(
                        kernel,
                        logits,
                        processed(torch, rows, logits, sampling.rules()),
                        sampling.temperature(),
                        sampling.topK(),
                        sampling.topP(),
                        sampling.minP(),
                        units);
    }

    /** Adds to each row the token that was drawn for it. Further tokens, of padding rows, are ignored. */
    static void add(List<Row> rows, NDArray sampled) {
        float[] drawn = sampled.toFloatArray();
        for (int r = 0; r < rows.size(); r++) {
            refuse(drawn[2 * r], drawn[2 * r + 1], rows.get(r));
            rows.get(r).add((int) drawn[2 * r], drawn[2 * r + 1]);
        }
    }

    private static void refuse(float token, float logprob, Row row) {
        if (Float.isNaN(logprob)) { // one NaN or infinity makes the whole row of a softmax NaN
            throw new FailedRunException(
                    ("the model's logits are NaN or infinite at new token %d of a completion: its weights are not"
                                    + " finite (training diverged: take an earlier checkpoint, or train with a lower"
                                    + " learning_rate), or"
                                    + " it overflows in this dtype (try float32)")
                            .formatted(row.count() + 1));
        }
        if (token < 0) {
            throw new InputException(
                    ("bad words and min_new_tokens forbid every token that the model could generate as new token %d"
                                    + " of a completion; allow some")
                            .formatted(row.count() + 1));
        }
    }

    /** Returns the logits after the rules; empty if there are no rules. */
    static List<NDArray> processed(Torch torch, List<Row> rows, NDArray logits, LogitRules rules) {
        if (rules.equals(LogitRules.NONE)) {
            return List.of();
        }
        long vocabulary = logits.getShape().getLastDimension();
        LongStream.Builder held = LongStream.builder();
        LongStream.Builder forbidden = LongStream.builder();
        List<Integer> written = new ArrayList<>();
        for (int r = 0; r < rows.size(); r++) {
            long from = r * vocabulary;
            History history = rows.get(r).history();
            if (rules.penalises()) {
                history.counts().forEach((token, times) -> {
                    held.add(from + token);
                    written.add(times);
                });
            }
            Arrays.stream(history.forbidden()).forEach(token -> forbidden.add(from + token));
        }
        float[] times = new float[written.size()];
        for (int i = 0; i < times.length; i++) {
            times[i] = written.get(i);
        }
        return List.of(torch.kernels()
                .call(
                        "process_logits",
                        logits,
                        longs(torch, held),
                        torch.floats(times, times.length),
                        rules.repetitionPenalty(),
                        rules.presencePenalty(),
                        rules.frequencyPenalty(),
                        longs(torch, forbidden)));
    }

    private static NDArray longs(Torch torch, LongStream.Builder values) {
        long[] array = values.build().toArray();
        return torch.longs(array, array.length);
    }
}
