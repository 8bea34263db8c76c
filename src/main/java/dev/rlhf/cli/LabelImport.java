package dev.rlhf.cli;

import dev.rlhf.base.InputException;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.ImportResult;
import dev.rlhf.label.files.Fields;
import dev.rlhf.label.files.ForeignFormat;
import dev.rlhf.label.files.ForeignLabels;
import dev.rlhf.label.files.LabelFiles;
import dev.rlhf.label.store.LabelStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rlhf label import}. */
@Command(name = "import", description = "Add tasks and their rankings to a batch: all of the file or nothing.")
final class LabelImport implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--db", required = true, paramLabel = "FILE", description = LabelCommand.DB)
    @SuppressWarnings("NullAway.Init")
    private Path db;

    @Option(
            names = "--input",
            required = true,
            paramLabel = "FILE",
            description = "file to read, .jsonl or .json, also with .gz")
    @SuppressWarnings("NullAway.Init")
    private Path input;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "rankings",
            description = "rankings (our own), hh, pairs, argilla or label_studio (default: ${DEFAULT-VALUE})")
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
    private final BatchOptions settings = new BatchOptions();

    @Override
    public Integer call() throws IOException {
        ImportOptions options = options();
        boolean ours = format.equals("rankings");
        boolean named = format.equals("argilla") || format.equals("label_studio");
        if (!named && (promptField != null || completionFields != null)) {
            throw new InputException("--prompt_field and --completion_fields are for argilla and label_studio");
        }
        // Read before the store is created, so that a wrong file leaves nothing behind.
        if (ours) {
            LabelFiles.read(input);
            try (LabelStore store = LabelStore.open(db)) {
                print(options, store.importFile(input, options));
            }
        } else {
            ForeignLabels labels = ForeignFormat.of(format).read(input, fields());
            try (LabelStore store = LabelStore.open(db)) {
                ImportResult result = store.importTasks(labels.tasks(), options);
                PrintWriter out = spec.commandLine().getOut();
                out.printf("%d rows, %d tasks%n", labels.rows(), labels.tasks().size());
                labels.leftOut().forEach((what, count) -> out.printf("left out: %d %s%n", count, what));
                print(options, result);
            }
        }
        return 0;
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
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "batch '%s': %d new tasks, %d already there; %d new rankings, %d already there%s%n",
                options.batch(),
                result.newTasks(),
                result.knownTasks(),
                result.newRankings(),
                result.knownRankings(),
                skips);
        out.flush();
    }
}
