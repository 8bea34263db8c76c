package dev.rlhf.report.console;

import dev.rlhf.tensor.MemoryUsage;
import java.io.Console;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Shows the progress of a long task: steps done, speed, time left, memory, and the latest metrics. On a terminal it is
 * a bar; in a file or a CI log, a line about every ten seconds.
 *
 * <pre>{@code
 * try (Progress progress = Progress.start(console, "sft", totalSteps, "tok")) {
 *     for (long step = 1; step <= totalSteps; step++) {
 *         …
 *         progress.step(step, tokensOfThisStep, "loss 1.23");
 *     }
 * }
 *
 * sft  120/2,000   6%  4.7k tok/s  eta 3m 12s  1.2 GiB  loss 1.23
 * }</pre>
 *
 * The caller of {@code start} closes it. Thread-safe. While a bar is shown, print other lines through {@link #note}.
 */
public final class Progress implements AutoCloseable {
    /** Draws the progress; called by one thread at a time. */
    public interface Display {
        /** Shows a new state: {@code line} in full, {@code details} without label and count. */
        void update(long step, String line, String details);

        /** Prints a line that is not about progress. */
        void note(String line);

        /** Shows the summary {@code line}; called once. */
        void finish(String line);
    }

    private static final double SPEED_WINDOW_SECONDS = 20;

    private final String label;
    private final long total;
    private final String unit;
    private final LongSupplier nanos;
    private final Display display;
    private final long startStep;
    private final long startNanos;
    private final SpeedMeter steps;
    private final SpeedMeter units;

    private long step;
    private String message = "";
    private double memory;
    private double nextMemorySeconds;
    private boolean closed;

    Progress(String label, long total, String unit, long startStep, Display display, LongSupplier nanos) {
        this.label = label;
        this.total = total;
        this.unit = unit;
        this.startStep = startStep;
        this.step = startStep;
        this.display = display;
        this.nanos = nanos;
        this.startNanos = nanos.getAsLong();
        this.steps = new SpeedMeter(SPEED_WINDOW_SECONDS);
        this.units = new SpeedMeter(SPEED_WINDOW_SECONDS);
        steps.add(0, 0);
        units.add(0, 0);
    }

    /** As {@link #start(PrintStream, String, long, String, long)}, with no steps done. */
    public static Progress start(PrintStream console, String label, long totalSteps, String unit) {
        return start(console, label, totalSteps, unit, 0);
    }

    /**
     * Starts to show progress.
     *
     * @param console {@code System.out} or {@code System.err} may show a bar; any other stream gets plain lines
     * @param label one word that names the task
     * @param totalSteps the last step's number
     * @param unit unit of the speed, as in {@code "tok"}; {@link #step} is given the number of units
     * @param doneSteps steps done by an earlier run, which count as progress but not in the speed
     */
    public static Progress start(PrintStream console, String label, long totalSteps, String unit, long doneSteps) {
        Display display = isTerminal(console)
                ? new BarDisplay(console, label, totalSteps, doneSteps)
                : new LineDisplay(console, System::nanoTime);
        return new Progress(label, totalSteps, unit, doneSteps, display, System::nanoTime);
    }

    /**
     * Updates the progress; cheap enough to call after each step.
     *
     * @param stepsDone number of the step just done
     * @param newUnits units processed since the last call, for the speed
     * @param latest metrics to show, as in {@code "loss 1.23"}; may be empty
     */
    public synchronized void step(long stepsDone, double newUnits, String latest) {
        double now = seconds();
        step = stepsDone;
        message = latest;
        steps.add(now, (double) (stepsDone - startStep));
        units.add(now, units.total() + newUnits);
        String details = join(
                Numbers.compact(units.recent()) + " " + unit + "/s",
                "eta " + Numbers.duration((double) (total - step) / steps.recent()),
                Numbers.bytes(memory(now)),
                message);
        display.update(step, join(count(), details), details);
    }

    /** Prints a line that is not about progress, without damaging the bar. */
    public synchronized void note(String line) {
        display.note(line);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        double elapsed = seconds();
        display.finish(join(
                count(),
                "in " + Numbers.duration(elapsed),
                Numbers.compact(units.total() / elapsed) + " " + unit + "/s",
                message));
    }

    /** Returns the memory, read at most once per second: reading /proc at every step would cost a fast loop 1 %. */
    private double memory(double now) {
        if (now >= nextMemorySeconds) {
            memory = (double) MemoryUsage.ofThisProcess().resident();
            nextMemorySeconds = now + 1;
        }
        return memory;
    }

    private String count() {
        long percent = total == 0 ? 100 : 100 * step / total;
        String whole = Numbers.number((double) total);
        String done = Numbers.number((double) step);
        return "%s  %s%s/%s %3d%%"
                .formatted(label, " ".repeat(Math.max(0, whole.length() - done.length())), done, whole, percent);
    }

    private double seconds() {
        return (nanos.getAsLong() - startNanos) / 1e9;
    }

    private static String join(String... parts) {
        StringBuilder line = new StringBuilder();
        for (String part : parts) {
            if (!part.isEmpty()) {
                line.append(line.isEmpty() ? "" : "  ").append(part);
            }
        }
        return line.toString();
    }

    private static boolean isTerminal(PrintStream console) {
        return List.of(System.out, System.err).contains(console)
                && Optional.ofNullable(System.console())
                        .map(Console::isTerminal)
                        .orElse(false)
                && !"dumb".equals(System.getenv("TERM"))
                && System.getenv("CI") == null;
    }
}
