package dev.rlhf.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.recipe.options.OptionsModel;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageOutputs;
import dev.rlhf.stage.StageResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs a stage and checks that it leaves what it says ({@link Stage#outputs}), by which recipes are checked. */
public final class CheckedRun {
    private CheckedRun() {}

    public static <O extends Record> StageResult of(Stage<O> stage, O options, StageContext context)
            throws IOException {
        StageOutputs outputs = stage.outputs(options).orElseThrow();
        StageResult result = run(stage, options, context);
        assertThat(result.metrics().keySet())
                .as("names among " + outputs.metrics())
                .allMatch(outputs.metrics()::includes);
        Optional<Path> folder = OptionsModel.of(options.getClass())
                .option("output_dir")
                .map(option -> Path.of(String.valueOf(option.in(options))));
        if (folder.isPresent()) {
            try (Stream<Path> files = Files.list(folder.get())) {
                assertThat(files.map(file -> String.valueOf(file.getFileName())))
                        .filteredOn(file -> !file.startsWith("events.out.tfevents"))
                        .filteredOn(file -> !file.equals("merged"))
                        .isSubsetOf(outputs.files());
            }
        }
        return result;
    }

    private static <O extends Record> StageResult run(Stage<O> stage, O options, StageContext context)
            throws IOException {
        try {
            return stage.run(options, context);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
