package dev.rlhf.stages.ppo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Input;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.tensor.Torch;
import java.util.List;

/**
 * Episodes as one right-padded batch, with the positions of their response tokens and values. N is the number of
 * response tokens in all rows, M that of values. Log-probabilities, values and losses are computed at these positions
 * only, so padding never enters a metric.
 *
 * @param rows B
 * @param ids [B * T] row-major
 * @param before [N] flat index of the position before each response token, where it is predicted
 * @param states [M] flat index of each value: the positions of {@code before}, and the last token of a row with one
 * more value
 * @param tokens [N] response tokens
 */
record EpisodeBatch(int rows, long[] ids, long[] before, long[] states, long[] tokens) {
    /**
     * Collects some of the episodes, in the order of {@code picked}.
     *
     * @param valueLengths number of values of each episode: its response tokens, or one more
     */
    static EpisodeBatch of(List<Episode> episodes, int[] valueLengths, int[] picked) {
        int width = 0;
        int tokens = 0;
        int values = 0;
        for (int index : picked) {
            width = Math.max(width, episodes.get(index).sequence().length);
            tokens += episodes.get(index).response().length;
            values += valueLengths[index];
        }
        EpisodeBatch batch = new EpisodeBatch(
                picked.length, new long[picked.length * width], new long[tokens], new long[values], new long[tokens]);
        int n = 0;
        int m = 0;
        for (int row = 0; row < picked.length; row++) {
            Episode episode = episodes.get(picked[row]);
            int[] sequence = episode.sequence();
            for (int t = 0; t < sequence.length; t++) {
                batch.ids[row * width + t] = sequence[t];
            }
            long first = (long) row * width + episode.prompt().length - 1;
            for (int t = 0; t < episode.response().length; t++, n++) {
                batch.before[n] = first + t;
                batch.tokens[n] = episode.response()[t];
            }
            for (int t = 0; t < valueLengths[picked[row]]; t++, m++) {
                batch.states[m] = first + t;
            }
        }
        return batch;
    }

    private Input input(Torch torch) {
        return Input.rightPadded(torch, ids, rows);
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
