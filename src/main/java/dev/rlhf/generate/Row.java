package dev.rlhf.generate;

import java.util.Arrays;

/** One completion being written. */
final class Row {
    final int index;
    final long stream;
    final int[] prompt;
    private final Sampling sampling;
    private final TokenListener listener;
    private final int[] ids;
    private final float[] logprobs;
    private final History history;
    private int count;
    private boolean stopped;
    private boolean ended;

    /** The blocks that all its positions will need, in their order; set when it joins. */
    int[] table = new int[0];

    /** @param index its place in the caller's list */
    Row(int index, long stream, int[] prompt, Sampling sampling, TokenListener listener) {
        this.index = index;
        this.stream = stream;
        this.prompt = prompt;
        this.sampling = sampling;
        this.listener = listener;
        this.ids = new int[sampling.maxNewTokens()];
        this.logprobs = new float[ids.length];
        this.history = new History(prompt, sampling);
    }

    /** New tokens so far, and so the step that the next one is drawn at. */
    int count() {
        return count;
    }

    /** New token {@code i}. */
    int token(int i) {
        return ids[i];
    }

    /** The most new tokens it may have. */
    int limit() {
        return ids.length;
    }

    /** Where the last token stands. */
    int position() {
        return prompt.length + count - 1;
    }

    /** What rules need to know of it. */
    History history() {
        return history;
    }

    boolean ended() {
        return ended;
    }

    void add(int token, float logprob) {
        ids[count] = token;
        logprobs[count++] = logprob;
        history.add(token);
        stopped = sampling.stopIds().contains(token);
        boolean goesOn = listener.token(index, token);
        ended = stopped || !goesOn || count == ids.length;
    }

    Completion completion() {
        return new Completion(Arrays.copyOf(ids, count), Arrays.copyOf(logprobs, count), stopped);
    }
}
