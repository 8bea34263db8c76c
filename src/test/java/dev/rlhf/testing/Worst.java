package dev.rlhf.testing;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One value of a golden case, compared number by number:
 * {@code |actual - expected| <= relative * |expected| + absolute}, and the number that came closest to the limit goes
 * into the table of the run when this is closed. For one thread.
 */
public final class Worst implements AutoCloseable {
    private final GoldenTable table;
    private final String golden;
    private final String value;
    private final double relative;
    private final double absolute;
    private double error;
    private double share;
    private long numbers;

    Worst(GoldenTable table, String golden, String value, double relative, double absolute) {
        this.table = table;
        this.golden = golden;
        this.value = value;
        this.relative = relative;
        this.absolute = absolute;
    }

    /** Fails if the numbers differ too much, and on NaN. */
    public void add(double actual, double expected) {
        double allowed = relative * Math.abs(expected) + absolute;
        double off = Math.abs(actual - expected);
        if (!(off <= allowed)) { // written so that NaN fails; assertThat would cost more than all the rest
            assertThat(actual)
                    .as("%s %s, number %s: off by %s > %s", golden, value, numbers, off, allowed)
                    .isEqualTo(expected);
        }
        numbers++;
        double used = allowed == 0 ? 0 : off / allowed;
        if (used >= share) {
            share = used;
            error = off;
        }
    }

    public void add(float[] actual, float[] expected) {
        assertThat(actual.length).as("%s %s", golden, value).isEqualTo(expected.length);
        for (int i = 0; i < expected.length; i++) {
            add(actual[i], expected[i]);
        }
    }

    @Override
    public void close() {
        table.add(golden, new GoldenTable.Compared(value, relative, absolute, numbers, error, share));
    }
}
