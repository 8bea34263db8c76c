package dev.rlhf.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.ExportFilter;
import dev.rlhf.label.files.ExportFormat;
import dev.rlhf.label.server.LabelExports;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rlhf label export}. */
@Command(
        name = "export",
        description = "Write tasks with every labeler's latest ranking; labelers can no longer change exported rankings"
                + " unless --close is false.")
final class LabelExport extends LabelSubcommand {
    @Mixin
    private final LabelSource source = new LabelSource();

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description = "file to write; compressed if its name ends in .gz")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path output;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "rankings",
            description =
                    "rankings (complete), pairs (TRL), summarize_from_feedback, oasst, ultrafeedback, helpsteer, hh,"
                            + " demonstrations (better answers, for sft), verdicts (of judging tasks) or csv (default:"
                            + " ${DEFAULT-VALUE})")
    private String format = "rankings";

    @Option(names = "--batch", paramLabel = "NAME", description = "only this batch (default: all)")
    private @Nullable String batch;

    @Option(
            names = "--guideline",
            paramLabel = "VERSION",
            description = "only labels made under this version of the guidelines")
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

    @Option(
            names = "--close",
            arity = "1",
            paramLabel = "true|false",
            defaultValue = "true",
            description = "whether labelers can no longer change the exported rankings (default: ${DEFAULT-VALUE})")
    private boolean close = true;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ExportFormat form = ExportFormat.of(format);
        ExportFilter filter = filter();
        checkOutput(output); // before rankings are closed
        source.run(
                store -> summarize(form, LabelExports.write(store, form, filter, close, Actor.commandLine(), output)),
                client -> summarize(form, client.export(form, filter, close, output)));
        return ExitCode.DONE;
    }

    private void summarize(ExportFormat form, JsonNode counts) {
        int tasks = counts.path("tasks").asInt();
        int rankings = counts.path("rankings").asInt();
        print(
                form == ExportFormat.RANKINGS
                        ? "%d tasks with %d rankings written to %s".formatted(tasks, rankings, output)
                        : "%d %s of %d labels of %d tasks written to %s"
                                .formatted(
                                        counts.path("rows").asInt(),
                                        counts.path("unit").asText(),
                                        rankings,
                                        tasks,
                                        output));
        counts.path("left_out")
                .properties()
                .forEach(left ->
                        print("left out: %d %s".formatted(left.getValue().asInt(), left.getKey())));
        if (close && rankings > 0) {
            print("labelers can no longer change these labels; --close false leaves them open");
        }
        int tasksLeftOut = counts.path("tasks_left_out").asInt();
        int rankingsLeftOut = counts.path("rankings_left_out").asInt();
        if (tasksLeftOut + rankingsLeftOut > 0) {
            print("left out, as asked: %d tasks, %d rankings".formatted(tasksLeftOut, rankingsLeftOut));
        }
    }

    private ExportFilter filter() {
        try {
            return new ExportFilter(
                    batch,
                    guideline,
                    ExportFilter.time("--since", since),
                    ExportFilter.time("--until", until),
                    labeler,
                    minOverlap);
        } catch (IllegalArgumentException e) {
            throw new InputException("--" + e.getMessage(), e);
        }
    }
}
