package dev.rlhf.generate;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.IntConsumer;

/**
 * The completions of one call of {@link Generator}, in the order of its prompts, and the caller's callbacks. Shared by
 * the threads that generate; the callbacks run one at a time.
 */
final class Completions implements TokenListener {
    private final GeneratedCompletion[] all;
    private final IntConsumer progress;
    private final TokenListener listener;
    private int ended;
    private boolean cancelled;

    Completions(int rows, IntConsumer progress, TokenListener listener) {
        this.all = new GeneratedCompletion[rows];
        this.progress = progress;
        this.listener = listener;
    }

    @Override
    public synchronized boolean token(int row, int token) {
        if (cancelled) {
            throw new CancellationException("another thread of this generation failed");
        }
        return listener.token(row, token);
    }

    synchronized void add(List<Row> rows) {
        for (Row row : rows) {
            all[row.index] = row.completion();
        }
        ended += rows.size();
        progress.accept(ended);
    }

    /** Makes every thread fail at its next token. */
    synchronized void cancel() {
        cancelled = true;
    }

    synchronized List<GeneratedCompletion> all() {
        return Arrays.asList(all);
    }
}
