package dev.rlhf.cli;

import dev.rlhf.base.AtomicFiles;
import dev.rlhf.label.api.DayRange;
import dev.rlhf.label.files.ActiveTimeCsv;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rlhf label time}: the active time by labeler and day, as CSV. */
@Command(name = "time", description = "Print the active time by labeler and day as CSV, for paying by the hour.")
final class LabelTime extends LabelSubcommand {
    @Mixin
    private final LabelSource source = new LabelSource();

    @Option(names = "--since", paramLabel = "DAY", description = "first day: 2026-01-31 (default: all)")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "DAY", description = "day after the last one (default: all)")
    private @Nullable String until;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "time zone in which days begin: Europe/Berlin, +01:00 (default: UTC)")
    private @Nullable String zone;

    @Option(names = "--output", paramLabel = "FILE", description = "file to write (default: print)")
    private @Nullable Path output;

    @Override
    public Integer call() throws IOException, InterruptedException {
        DayRange range = DayRange.of(since, until, zone);
        if (output != null) {
            checkOutput(output);
        }
        source.run(
                store -> write(ActiveTimeCsv.text(store.adminService().activeTime(range))),
                client -> write(client.activeTime(range)));
        return ExitCode.DONE;
    }

    private void write(String csv) throws IOException {
        if (output == null) {
            print(csv.stripTrailing());
        } else {
            AtomicFiles.writeString(output, csv);
            print("%d days written to %s".formatted(csv.lines().count() - 1, output));
        }
    }
}
