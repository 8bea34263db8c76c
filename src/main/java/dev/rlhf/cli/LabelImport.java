package dev.rlhf.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.ImportResult;
import dev.rlhf.label.client.AdminClient;
import dev.rlhf.label.files.Fields;
import dev.rlhf.label.files.ForeignFormat;
import dev.rlhf.label.files.ForeignLabels;
import dev.rlhf.label.files.LabelFiles;
import dev.rlhf.label.judging.JudgingFile;
import dev.rlhf.label.learning.SecondOpinion;
import dev.rlhf.label.learning.SecondOpinionFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rlhf label import}. */
@Command(name = "import", description = "Add tasks and their rankings to a batch: all of the file or nothing.")
final class LabelImport extends LabelSubcommand {
    @Mixin
    private final LabelSource source = new LabelSource();

    @Option(
            names = "--input",
            required = true,
            paramLabel = "FILE",
            description = "file to read, .jsonl or .json, also with .gz")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path input;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "rankings",
            description = "rankings (this program's own), pairs, hh, oasst, ultrafeedback, helpsteer, nectar, argilla,"
                    + " label_studio, judging (rows of rlhf judge) or second_opinion (rows of rlhf score)"
                    + " (default: ${DEFAULT-VALUE})")
    private String format = "rankings";

    @Option(
            names = "--prompt_field",
            paramLabel = "NAME",
            description = "argilla, label_studio: field with the prompt (default: prompt)")
    private @Nullable String promptField;

    @Option(
            names = "--completion_fields",
            paramLabel = "NAMES",
            description = "argilla, label_studio: fields with the completions, separated by commas")
    private @Nullable String completionFields;

    @Option(
            names = "--batch",
            paramLabel = "NAME",
            defaultValue = ImportOptions.DEFAULT_BATCH,
            description = "batch to add to (default: ${DEFAULT-VALUE})")
    private String batch = ImportOptions.DEFAULT_BATCH;

    @Mixin
    private final BatchChangeOptions settings = new BatchChangeOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        ImportOptions options = options();
        boolean named = format.equals("argilla") || format.equals("label_studio");
        if (!named && (promptField != null || completionFields != null)) {
            throw new InputException("--prompt_field and --completion_fields are for argilla and label_studio");
        }
        // Read before the store is created, so that a wrong file leaves nothing behind.
        ForeignLabels foreign = source.onServer() || judging() || opinion() ? null : readForeign();
        JudgingFile.Content judged = source.onServer() || !judging() ? null : JudgingFile.read(input);
        List<SecondOpinion> opinions = source.onServer() || !opinion() ? List.of() : SecondOpinionFile.read(input);
        source.runOrCreate(
                store -> {
                    if (opinion()) {
                        store.importSecondOpinions(opinions, options, Actor.commandLine());
                        printOpinions(options, opinions.size());
                    } else if (judged != null) {
                        judged.leftOut().forEach((what, count) -> print("left out: %d %s".formatted(count, what)));
                        print(options, store.importJudging(judged.tasks(), options, Actor.commandLine()));
                    } else if (foreign == null) {
                        print(options, store.importFile(input, options));
                    } else {
                        ImportResult result = store.importTasks(foreign.tasks(), options);
                        print("%d rows, %d tasks"
                                .formatted(foreign.rows(), foreign.tasks().size()));
                        foreign.leftOut().forEach((what, count) -> print("left out: %d %s".formatted(count, what)));
                        print(options, result);
                    }
                },
                client -> importTo(client, options));
        return ExitCode.DONE;
    }

    private boolean opinion() {
        return format.equals("second_opinion");
    }

    private void printOpinions(ImportOptions options, int count) {
        print("batch '%s': %d tasks have a second opinion".formatted(options.batch(), count));
    }

    private boolean judging() {
        return format.equals("judging");
    }

    private void importTo(AdminClient client, ImportOptions options) throws IOException, InterruptedException {
        JsonNode counts = client.importFile(input, format, fields(), options);
        if (opinion()) {
            printOpinions(options, counts.path("known_tasks").asInt());
            return;
        }
        counts.path("left_out")
                .properties()
                .forEach(left ->
                        print("left out: %d %s".formatted(left.getValue().asInt(), left.getKey())));
        print(
                options,
                new ImportResult(
                        counts.path("new_tasks").asInt(),
                        counts.path("known_tasks").asInt(),
                        counts.path("new_rankings").asInt(),
                        counts.path("known_rankings").asInt(),
                        counts.path("new_skips").asInt(),
                        counts.path("known_skips").asInt()));
    }

    /** Returns the tasks of a file in another tool's format. A file in this program's format is only checked: null. */
    private @Nullable ForeignLabels readForeign() throws IOException {
        if (format.equals("rankings")) {
            LabelFiles.read(input);
            return null;
        }
        return ForeignFormat.of(format).read(input, fields());
    }

    private Fields fields() {
        return new Fields(
                promptField == null ? Fields.DEFAULT.prompt() : promptField,
                completionFields == null
                        ? List.of()
                        : Arrays.stream(completionFields.split(",", -1))
                                .map(String::strip)
                                .toList());
    }

    private ImportOptions options() {
        try {
            return new ImportOptions(batch, settings.change());
        } catch (IllegalArgumentException e) {
            throw new InputException(String.valueOf(e.getMessage()), e);
        }
    }

    private void print(ImportOptions options, ImportResult result) {
        String skips = result.newSkips() + result.knownSkips() == 0
                ? ""
                : "; %d new skips, %d already there".formatted(result.newSkips(), result.knownSkips());
        print("batch '%s': %d new tasks, %d already there; %d new rankings, %d already there%s"
                .formatted(
                        options.batch(),
                        result.newTasks(),
                        result.knownTasks(),
                        result.newRankings(),
                        result.knownRankings(),
                        skips));
    }
}
