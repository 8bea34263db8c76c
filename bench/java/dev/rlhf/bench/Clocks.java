package dev.rlhf.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Wall time, CPU time of the whole machine and CPU time of this process, in seconds. Linux counts CPU time in ticks.
 *
 * @param wall seconds since an arbitrary start
 */
record Clocks(double wall, double machine, double own) {
    private static final double TICKS = 100; // USER_HZ, fixed in Linux's interface to programs

    static Clocks now() {
        try {
            String[] cpu = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +");
            String stat = Files.readString(Path.of("/proc/self/stat"));
            String[] own = stat.substring(stat.lastIndexOf(')') + 2).split(" "); // a process name may contain spaces
            double user = Double.parseDouble(own[11]);
            double system = Double.parseDouble(own[12]);
            double busy =
                    Arrays.stream(cpu, 1, 4).mapToDouble(Double::parseDouble).sum();
            return new Clocks(System.nanoTime() / 1e9, busy / TICKS, (user + system) / TICKS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the mean number of cores that other processes kept busy since {@code start}. */
    double coresUsedByOthers(Clocks start) {
        return ((machine - start.machine) - (own - start.own)) / (wall - start.wall);
    }
}
