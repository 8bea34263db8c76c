package dev.rlhf.stages.ppo;

import java.util.List;

/**
 * A prompt and what the policy answered.
 *
 * @param response at least one token, the stop token included if one came
 * @param ended a stop token came; false: cut at the length limit
 */
record Episode(int[] prompt, int[] response, boolean ended) {
    int[] sequence() {
        int[] all = java.util.Arrays.copyOf(prompt, prompt.length + response.length);
        System.arraycopy(response, 0, all, prompt.length, response.length);
        return all;
    }

    /** Response tokens of each, [B]. */
    static int[] lengths(List<Episode> episodes) {
        return episodes.stream().mapToInt(episode -> episode.response().length).toArray();
    }

    /** Whether each ended by itself, [B]. */
    static boolean[] ended(List<Episode> episodes) {
        boolean[] ended = new boolean[episodes.size()];
        for (int b = 0; b < ended.length; b++) {
            ended[b] = episodes.get(b).ended();
        }
        return ended;
    }
}
