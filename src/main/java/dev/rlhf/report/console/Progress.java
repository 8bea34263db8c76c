package dev.rlhf.report.console;

import dev.rlhf.tensor.MemoryFigures;
import java.io.Console;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Shows that long work goes on: steps done, speed, time left, memory, the latest figures. A bar on a terminal; where output
 * goes to a file or a CI log, a plain line about every ten seconds.
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
 * Whoever starts it closes it. Threads may share it. Print other lines through {@link #note} while a bar is on the screen.
 */
public final class Progress implements AutoCloseable {
    /** Where progress is drawn; the calls come one at a time. */
    public interface Display {
        /** Shows a new state: {@code line} is all of it, {@code details} is that without label and count. */
        void update(long step, String line, String details);

        void note(String line);

        /** Called once; {@code line} sums the work up. */
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

    /** {@link #start(PrintStream, String, long, String, long)} of work that begins at its first step. */
    public static Progress start(PrintStream console, String label, long totalSteps, String unit) {
        return start(console, label, totalSteps, unit, 0);
    }

    /**
     * Begins to show progress.
     *
     * @param console {@code System.out} or {@code System.err} may draw a bar; any other stream gets plain lines
     * @param label what is done, one word
     * @param totalSteps the last step's number
     * @param unit what speed counts, as in {@code "tok"}; {@link #step} is told how many
     * @param doneSteps steps that an earlier run did; they count as progress and not as speed
     */
    public static Progress start(PrintStream console, String label, long totalSteps, String unit, long doneSteps) {
        Display display = isTerminal(console)
                ? new BarDisplay(console, label, totalSteps, doneSteps)
                : new LineDisplay(console, System::nanoTime);
        return new Progress(label, totalSteps, unit, doneSteps, display, System::nanoTime);
    }

    /**
     * Tells how far the work is; to be called after each step, cheap.
     *
     * @param stepsDone number of the step that is now done
     * @param newUnits units worked through since the last call, for the speed
     * @param latest figures to show, as in {@code "loss 1.23"}; may be empty
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

    /** Prints a line of other content without tearing the bar. */
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

    /** Reading /proc at every step would cost a fast loop a percent. */
    private double memory(double now) {
        if (now >= nextMemorySeconds) {
            memory = (double) MemoryFigures.ofThisProcess().resident();
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
