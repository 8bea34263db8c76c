package dev.rlhf.generate;

import java.util.Arrays;

/** A completion that is being generated: its tokens so far, and the cache blocks of its positions. */
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

    /** The cache blocks of the row's positions, in order; set when the row is admitted. */
    int[] table = new int[0];

    /**
     * @param index position in the caller's list of prompts
     * @param stream random stream that the row draws from
     * @param listener receives each token, and may end the row
     */
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

    /** Returns the number of new tokens so far, which is also the index of the next draw. */
    int count() {
        return count;
    }

    /** Returns new token {@code i}. */
    int token(int i) {
        return ids[i];
    }

    /** Returns the maximum number of new tokens. */
    int limit() {
        return ids.length;
    }

    /** Returns the position of the last token. */
    int position() {
        return prompt.length + count - 1;
    }

    /** Returns the tokens as the logit rules need them. */
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
        boolean continues = listener.token(index, token);
        ended = stopped || !continues || count == ids.length;
    }

    GeneratedCompletion completion() {
        return new GeneratedCompletion(Arrays.copyOf(ids, count), Arrays.copyOf(logprobs, count), stopped);
    }
}
