package dev.rlhf.inference;

import dev.rlhf.report.console.Progress;
import dev.rlhf.stage.InterruptedRunException;
import dev.rlhf.stage.StageContext;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * One pass of work of a stage that starts over when it is cut off: shows how far it is, and ends it when the user asks. Closed
 * by whoever started it; one thread at a time.
 */
public final class InterruptibleProgress implements AutoCloseable {
    private final StageContext context;
    private final String label;
    private final Progress progress;
    private final long total;
    private long before;

    private InterruptibleProgress(StageContext context, String label, long total, Progress progress) {
        this.context = context;
        this.label = label;
        this.progress = progress;
        this.total = total;
    }

    /** @param unit what {@code total} counts, singular */
    public static InterruptibleProgress start(StageContext context, String label, long total, String unit) {
        return new InterruptibleProgress(context, label, total, Progress.start(context.console(), label, total, unit));
    }

    /** As {@link #start}, but nothing is shown. */
    public static InterruptibleProgress silent(StageContext context, String label, long total) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new InterruptibleProgress(context, label, total, Progress.start(nowhere, label, total, ""));
    }

    /**
     * Tells how much is done; to be called after each batch.
     *
     * @throws InterruptedRunException if the user wants to stop
     */
    public void done(long sofar) {
        progress.step(sofar, (double) (sofar - before), "");
        before = sofar;
        goOn();
    }

    /**
     * To be called wherever work may be cut off between batches.
     *
     * @throws InterruptedRunException if the user wants to stop
     */
    public void goOn() {
        if (context.stopRequested()) {
            throw new InterruptedRunException(
                    "stopped at \"%s\" with %d of %d done; nothing of this stage was kept, and the same command starts it again"
                            .formatted(label, before, total));
        }
    }

    @Override
    public void close() {
        progress.close();
    }
}
