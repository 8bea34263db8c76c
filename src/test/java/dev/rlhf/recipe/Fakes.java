package dev.rlhf.recipe;

import dev.rlhf.base.InputException;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.Option.Must;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageResult;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Stages and options that only tests know. */
final class Fakes {
    private Fakes() {}

    enum Scheduler {
        LINEAR,
        COSINE_WITH_WARMUP
    }

    record Part(
            @Option(help = "The file.", must = Must.EXIST) Path path,

            @Option(help = "Its share.", value = "1", min = 0, open = true)
            double weight) {}

    record TrainOptions(
            @Option(help = "The data.", must = Must.BE_A_FILE) @Nullable
            Path dataset,

            @Option(help = "Data sets with weights.", value = "[]")
            List<Part> datasets,

            @Option(help = "Step size.", value = "3.0e-4", min = 0, max = 1, open = true, openMax = true)
            double learning_rate,

            @Option(help = "Steps.", value = "100", min = 1) int max_steps,

            @Option(help = "Steps of warm-up.", value = "0", min = 0)
            int warmup_steps,

            @Option(help = "Of the random numbers.", value = "1")
            long seed,

            @Option(help = "Put several rows in one.", value = "false")
            boolean packing,

            @Option(help = "How the step size changes.", value = "linear")
            Scheduler scheduler,

            @Option(
                    help = "Precision.",
                    value = "float32",
                    choices = {"float32", "bfloat16"})
            String dtype,

            @Option(help = "Ends a completion.", value = "<|im_end|>")
            String eos,

            @Option(help = "Words to stop at.", value = "[]")
            List<String> stop,

            @Option(help = "The model's shape.", value = "{}")
            Map<String, Object> config,

            @Option(help = "Most rows.", min = 1) @Nullable Integer limit,
            @Option(help = "Where results go.") Path output_dir) {
        TrainOptions {
            if (warmup_steps > max_steps) {
                throw new InputException("warmup_steps: " + warmup_steps + " is more than max_steps, " + max_steps);
            }
        }
    }

    record JudgeOptions(
            @Option(help = "The model.", must = Must.BE_A_FOLDER)
            Path model,

            @Option(help = "Of the random numbers.", value = "1")
            long seed,

            @Option(
                    help = "Who ranks.",
                    value = "simulated",
                    choices = {"simulated", "people"},
                    adjustable = true)
            String labelers,

            @Option(help = "The label store.") @Nullable Path db,
            @Option(help = "Where results go.") Path output_dir) {}

    /** A catalog of "train" and "judge" that run these. */
    static StageCatalog catalog(Stage<TrainOptions> train, Stage<JudgeOptions> judge) {
        return new StageCatalog(List.of(
                new StageCatalog.Entry<>("train", "Trains.", TrainOptions.class, () -> train),
                new StageCatalog.Entry<>("judge", "Judges.", JudgeOptions.class, () -> judge)));
    }

    static StageCatalog catalog() {
        Map<String, Double> none = new LinkedHashMap<>();
        return catalog((options, context) -> new StageResult(none), (options, context) -> new StageResult(none));
    }

    /** Keeps what was printed. */
    static final class Context implements StageContext {
        private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
        private final PrintStream console = new PrintStream(printed, true, StandardCharsets.UTF_8);
        private final BooleanSupplier stop;

        Context() {
            this(() -> false);
        }

        Context(BooleanSupplier stop) {
            this.stop = stop;
        }

        @Override
        public boolean stopRequested() {
            return stop.getAsBoolean();
        }

        @Override
        public PrintStream console() {
            return console;
        }

        String printed() {
            return printed.toString(StandardCharsets.UTF_8);
        }
    }
}
