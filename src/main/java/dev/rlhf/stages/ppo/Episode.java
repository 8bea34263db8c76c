package dev.rlhf.stages.ppo;

import java.util.Arrays;
import java.util.List;

/**
 * A prompt and the policy's response.
 *
 * @param response at least one token, the stop token included if there is one
 * @param ended whether the response has a stop token; false: cut off at the length limit
 */
public record Episode(int[] prompt, int[] response, boolean ended) {
    /** Returns prompt and response as one sequence. */
    int[] sequence() {
        int[] all = Arrays.copyOf(prompt, prompt.length + response.length);
        System.arraycopy(response, 0, all, prompt.length, response.length);
        return all;
    }

    /** Returns the number of response tokens of each episode, [B]. */
    static int[] lengths(List<Episode> episodes) {
        return episodes.stream().mapToInt(episode -> episode.response().length).toArray();
    }

    /** Returns the number of tokens, prompt and response, of each picked episode. */
    static int[] sequenceLengths(List<Episode> episodes, int[] picked) {
        return Arrays.stream(picked)
                .map(b -> episodes.get(b).prompt().length + episodes.get(b).response().length)
                .toArray();
    }

    /** Returns {@link #ended} of each episode, [B]. */
    static boolean[] ended(List<Episode> episodes) {
        boolean[] ended = new boolean[episodes.size()];
        for (int b = 0; b < ended.length; b++) {
            ended[b] = episodes.get(b).ended();
        }
        return ended;
    }
}
