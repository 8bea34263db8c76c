package dev.rlhf.stages.ppo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Input;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.tensor.Torch;
import java.util.Arrays;
import java.util.List;

/**
 * Episodes as one batch, right-padded or packed into one row, with the positions of their response tokens and values.
 * N is the number of response tokens in all rows, M that of values. Log-probabilities, values and losses are computed
 * at these positions only, so padding never enters a metric.
 *
 * @param lengths [B] tokens of each episode
 * @param packed whether they follow each other without padding
 * @param ids [B * T] row-major; packed: all tokens
 * @param before [N] flat index of the position before each response token, where it is predicted
 * @param states [M] flat index of each value: the positions of {@code before}, and the last token of a row with one
 * more value
 * @param tokens [N] response tokens
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record EpisodeBatch(int[] lengths, boolean packed, long[] ids, long[] before, long[] states, long[] tokens) {
    /**
     * Collects some of the episodes, in the order of {@code picked}.
     *
     * @param valueLengths number of values of each episode: its response tokens, or one more
     * @param packed whether to concatenate them instead of padding
     */
    static EpisodeBatch of(List<Episode> episodes, int[] valueLengths, int[] picked, boolean packed) {
        int[] lengths = Episode.sequenceLengths(episodes, picked);
        int width = Arrays.stream(lengths).max().orElse(0);
        int tokens = 0;
        int values = 0;
        for (int index : picked) {
            tokens += episodes.get(index).response().length;
            values += valueLengths[index];
        }
        EpisodeBatch batch = new EpisodeBatch(
                lengths,
                packed,
                new long[packed ? Arrays.stream(lengths).sum() : picked.length * width],
                new long[tokens],
                new long[values],
                new long[tokens]);
        int from = 0;
        int n = 0;
        int m = 0;
        for (int row = 0; row < picked.length; row++) {
            Episode episode = episodes.get(picked[row]);
            int[] sequence = episode.sequence();
            for (int t = 0; t < sequence.length; t++) {
                batch.ids[from + t] = sequence[t];
            }
            long first = from + episode.prompt().length - 1L;
            for (int t = 0; t < episode.response().length; t++, n++) {
                batch.before[n] = first + t;
                batch.tokens[n] = episode.response()[t];
            }
            for (int t = 0; t < valueLengths[picked[row]]; t++, m++) {
                batch.states[m] = first + t;
            }
            from += packed ? sequence.length : width;
        }
        return batch;
    }

    private Input input(Torch torch) {
        return packed ? Input.packed(torch, ids, lengths) : Input.rightPadded(torch, ids, lengths.length);
    }

    /** Returns log p of the response tokens [N] and entropies [N] under softmax(logits / temperature), fp32, nats. */
    NDList logprobs(Torch torch, CausalLm model, double temperature) {
        NDArray hidden = model.hiddenAt(input(torch), torch.longs(before, before.length));
        return model.tokenLogprobs(hidden, torch.longs(tokens, tokens.length), temperature);
    }

    /** Returns the critic's values [M], fp32. */
    NDArray values(Torch torch, ScalarModel critic) {
        NDArray all = critic.values(input(torch)).flatten();
        return torch.kernels().call("rows", all, torch.longs(states, states.length));
    }
}
