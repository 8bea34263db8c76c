package dev.rlhf.inference;

import dev.rlhf.base.ParallelMap;
import dev.rlhf.report.console.Progress;
import dev.rlhf.stage.InterruptedRunException;
import dev.rlhf.stage.StageContext;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The progress of reading and encoding data before the first step of a stage. It is shown only if that takes longer
 * than a few seconds; from then on, the stage ends when the user asks to stop. One thread at a time.
 */
public final class LoadingProgress implements AutoCloseable {
    private static final double SHOWN_AFTER_SECONDS = 3;
    private static final double FULL = 0.95;
    private static final int ROWS_AT_ONCE = 1 << 10;
    private static final int MIB_SHIFT = 20;

    private final StageContext context;
    private final String label;
    private final long total;
    private final LongSupplier nanos;
    private final long start;
    private @Nullable Progress progress;
    private long rows;

    LoadingProgress(StageContext context, String label, long total, LongSupplier nanos) {
        this.context = context;
        this.label = label;
        this.total = total;
        this.nanos = nanos;
        this.start = nanos.getAsLong();
    }

    /** Starts to read a file; the progress counts its MiB. */
    public static LoadingProgress ofFile(StageContext context, Path file) {
        return new LoadingProgress(
                context,
                "reading " + file.getFileName() + ", MiB",
                file.toFile().length() >> MIB_SHIFT, // 0 if it is missing, which the reader will report
                System::nanoTime);
    }

    /** Starts to encode rows that have been read. */
    public static LoadingProgress ofRows(StageContext context, long rows) {
        return new LoadingProgress(context, "encoding rows", rows, System::nanoTime);
    }

    /**
     * Reports how much of a file has been read.
     *
     * @throws OutOfMemoryError if the Java heap is full
     * @throws InterruptedRunException if the user wants to stop
     */
    public void file(long bytes, long rowsDone) {
        done(bytes >> MIB_SHIFT, rowsDone);
    }

    /**
     * Returns what {@code encode} makes of each row, in their order, computed on all processors.
     *
     * @param encode a pure function
     * @throws InterruptedRunException if the user wants to stop
     * @throws RuntimeException what {@code encode} throws for the first row that it fails for
     */
    public <T, R> List<R> map(List<T> all, Function<? super T, ? extends R> encode) {
        List<R> results = new ArrayList<>(all.size());
        for (int from = 0; from < all.size(); from += ROWS_AT_ONCE) {
            results.addAll(ParallelMap.map(all.subList(from, Math.min(all.size(), from + ROWS_AT_ONCE)), encode));
            done(results.size(), results.size());
        }
        return results;
    }

    private void done(long steps, long rowsDone) {
        if (progress != null) {
            progress.step(steps, (double) (rowsDone - rows), "");
        } else if (nanos.getAsLong() - start > SHOWN_AFTER_SECONDS * 1e9) {
            progress = Progress.start(context.console(), label, total, "row", steps);
        }
        rows = rowsDone;
        if (progress == null) {
            return; // the first step is near
        }
        if (heapIsFull()) {
            throw new OutOfMemoryError(label);
        }
        if (context.stopRequested()) {
            throw new InterruptedRunException(
                    "stopped while %s; run the same command to go on".formatted(label.replace(", MiB", "")));
        }
    }

    /** Returns whether little is free even after garbage collections, which then go on for hours without a failure. */
    private static boolean heapIsFull() {
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage after = pool.getCollectionUsage();
            if (pool.getName().contains("Old") && after != null && after.getUsed() > FULL * after.getMax()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
        }
    }
}
