package dev.rlhf.stage;

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
}
