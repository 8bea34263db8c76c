package dev.rlhf.cli;

import dev.rlhf.base.InputException;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.ExportFilter;
import dev.rlhf.label.api.ExportResult;
import dev.rlhf.label.files.ExportFormat;
import dev.rlhf.label.store.LabelStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rlhf label export}. */
@Command(
        name = "export",
        description =
                "Write tasks with every labeler's latest ranking; labelers can no longer change exported rankings.")
final class LabelExport implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--db", required = true, paramLabel = "FILE", description = LabelCommand.DB)
    @SuppressWarnings("NullAway.Init")
    private Path db;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description = "file to write; compressed if its name ends in .gz")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "rankings",
            description =
                    "rankings (complete), pairs (TRL), summarize_from_feedback or csv (default: ${DEFAULT-VALUE})")
    private String format = "rankings";

    @Option(names = "--batch", paramLabel = "NAME", description = "only this batch (default: all)")
    private @Nullable String batch;

    @Option(
            names = "--guideline",
            paramLabel = "VERSION",
            description = "only labels made by this version of the guidelines")
    private @Nullable String guideline;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "only labels made at this time or later: 2026-01-31, or with a time and zone")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "only labels made before this time")
    private @Nullable String until;

    @Option(names = "--labeler", paramLabel = "NAME", description = "only labels of this labeler")
    private @Nullable String labeler;

    @Option(
            names = "--min_overlap",
            paramLabel = "N",
            defaultValue = "0",
            description = "only tasks with at least N matching rankings (default: ${DEFAULT-VALUE})")
    private int minOverlap;

    @Override
    public Integer call() throws IOException {
        ExportFormat form = form();
        ExportFilter filter = filter();
        try (LabelStore store = LabelStore.openExisting(db)) {
            refuseSameIds(batch == null ? store.tasks() : store.tasks(batch), store);
            ExportResult exported = store.labelerService().export(filter, Actor.commandLine());
            ExportFormat.Written written = form.write(output, exported.tasks());
            PrintWriter out = spec.commandLine().getOut();
            if (form == ExportFormat.RANKINGS) {
                out.printf(
                        "%d tasks with %d rankings written to %s%n",
                        exported.tasks().size(), exported.rankings(), output);
            } else {
                out.printf(
                        "%d %s of %d rankings of %d tasks written to %s%n",
                        written.rows(),
                        written.unit(),
                        exported.rankings(),
                        exported.tasks().size(),
                        output);
            }
            written.leftOut().forEach((what, count) -> out.printf("left out: %d %s%n", count, what));
            if (exported.tasksLeftOut() + exported.rankingsLeftOut() > 0) {
                out.printf(
                        "left out, as asked: %d tasks, %d rankings%n",
                        exported.tasksLeftOut(), exported.rankingsLeftOut());
            }
            out.flush();
        }
        return 0;
    }

    private ExportFormat form() {
        return Arrays.stream(ExportFormat.values())
                .filter(known -> known.name().toLowerCase(Locale.ROOT).equals(format))
                .findFirst()
                .orElseThrow(() -> new InputException(
                        "--format is '" + format + "'; known are rankings, pairs, summarize_from_feedback and csv"));
    }

    private ExportFilter filter() {
        try {
            return new ExportFilter(
                    batch, guideline, time("--since", since), time("--until", until), labeler, minOverlap);
        } catch (IllegalArgumentException e) {
            throw new InputException("--" + e.getMessage(), e);
        }
    }

    /** Returns the time; a day means its beginning in UTC. */
    private static @Nullable Instant time(String option, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return text.contains("T")
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw new InputException(
                    option + " is '" + text + "'; write 2026-01-31 (UTC) or 2026-01-31T09:00:00+01:00", e);
        }
    }

    /** Refuses ids that two batches share: the file would contain an id twice and could not be read again. */
    private static void refuseSameIds(List<RankedTask> tasks, LabelStore store) {
        Set<String> ids = new HashSet<>();
        for (RankedTask task : tasks) {
            if (!ids.add(task.id())) {
                throw new InputException("two batches have a task '" + task.id()
                        + "'; export one at a time with --batch, of " + String.join(", ", store.batches()));
            }
        }
    }
}
