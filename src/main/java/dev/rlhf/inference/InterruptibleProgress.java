package dev.rlhf.inference;

import dev.rlhf.report.console.Progress;
import dev.rlhf.stage.InterruptedRunException;
import dev.rlhf.stage.StageContext;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The progress of a task that cannot be resumed: shows how much is done, and ends the task when the user asks to stop.
 * One thread at a time.
 */
public final class InterruptibleProgress implements AutoCloseable {
    private final StageContext context;
    private final String label;
    private final Progress progress;
    private final long total;
    private long done;

    private InterruptibleProgress(StageContext context, String label, long total, Progress progress) {
        this.context = context;
        this.label = label;
        this.progress = progress;
        this.total = total;
    }

    /**
     * Shows a progress bar.
     *
     * @param unit what {@code total} counts, in the singular
     */
    public static InterruptibleProgress start(StageContext context, String label, long total, String unit) {
        return new InterruptibleProgress(context, label, total, Progress.start(context.console(), label, total, unit));
    }

    /** Shows nothing. */
    public static InterruptibleProgress silent(StageContext context, String label, long total) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new InterruptibleProgress(context, label, total, Progress.start(nowhere, label, total, ""));
    }

    /**
     * Reports the amount done so far; called after each batch.
     *
     * @throws InterruptedRunException if the user wants to stop
     */
    public void done(long count) {
        progress.step(count, (double) (count - done), "");
        done = count;
        checkInterrupted();
    }

    /**
     * Ends the task, between two batches, if the user wants to stop.
     *
     * @throws InterruptedRunException if so
     */
    public void checkInterrupted() {
        if (context.stopRequested()) {
            throw new InterruptedRunException(
                    ("stopped at \"%s\" with %d of %d done; nothing of this stage was kept, and the same command"
                                    + " starts it again")
                            .formatted(label, done, total));
        }
    }

    @Override
    public void close() {
        progress.close();
    }
}
