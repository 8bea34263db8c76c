package dev.rlhf.report.console;

import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows progress on a terminal as a bar on the last line, which is redrawn twice per second and finally replaced by a
 * summary.
 */
final class BarDisplay implements Progress.Display {
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream console;
    private final ProgressBar bar;
    private String drawn = "";

    public BarDisplay(PrintStream console, String label, long total, long done) {
        this.console = console;
        this.bar = new ProgressBarBuilder()
                .setTaskName(label)
                .setInitialMax(total)
                .startsFrom(done, Duration.ZERO)
                .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                .setUpdateIntervalMillis(500)
                .hideEta()
                .setConsumer(new DelegatingProgressBarConsumer(this::draw))
                .build();
    }

    @Override
    public void update(long step, String line, String details) {
        bar.stepTo(step);
        bar.setExtraMessage("  " + details);
    }

    @Override
    public void note(String line) {
        synchronized (console) {
            console.print(CLEAR_LINE + line + System.lineSeparator() + drawn);
            console.flush();
        }
    }

    @Override
    public void finish(String line) {
        bar.close();
        synchronized (console) {
            drawn = "";
            note(line);
        }
    }

    /** Called by the bar's own thread. */
    private void draw(String text) {
        synchronized (console) {
            drawn = text.stripTrailing();
            console.print(CLEAR_LINE + drawn);
            console.flush();
        }
    }
}
