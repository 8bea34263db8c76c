package dev.rlhf.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.rlhf.base.FailedRunException;
import dev.rlhf.base.InputException;
import dev.rlhf.recipe.StageCatalog;
import dev.rlhf.stage.InterruptedRunException;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageResult;
import dev.rlhf.stage.WaitingForPeopleException;
import dev.rlhf.tensor.Torch;
import dev.rlhf.tensor.internal.ScriptArchive;
import dev.rlhf.testing.TestDevice;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A stage whose ending is an option. */
final class FakeStages {
    private FakeStages() {}

    record Options(
            @Option(
                    help = "How to end, 100 % of the time.",
                    choices = {
                        "well", "badly", "wrong", "full", "people", "signal", "deaf", "busy", "failed", "memory", "heap"
                    },
                    value = "well")
            String end,

            @Option(help = "Step size.", value = "3.0e-4", min = 0, max = 1, open = true, openMax = true)
            double learning_rate,

            @Option(help = "Several rows in one.", value = "false")
            boolean packing,

            @Option(help = "Rows together.", value = "16") int batch_size,

            @Option(help = "Tokens per row.", value = "1024")
            int max_length,

            @Option(help = "Less memory.", value = "true") boolean gradient_checkpointing,

            @Option(help = "Where results go.") Path output_dir) {}

    static StageCatalog catalog() {
        Stage<Options> stage = FakeStages::run;
        return new StageCatalog(List.of(new StageCatalog.Entry<>("fake", "Does as told.", Options.class, () -> stage)));
    }

    private static StageResult run(Options options, StageContext context) throws Exception {
        return switch (options.end()) {
            case "badly" -> throw new IllegalStateException("the disk is on fire\nand more");
            case "failed" -> throw new FailedRunException("none of the 3 updates was applied");
            case "memory" -> allocate(1L << 46);
            case "heap" -> throw new OutOfMemoryError("Java heap space");
            case "full" ->
                throw new UncheckedIOException(
                        "cannot save", new FileSystemException("run/model", null, "No space left on device"));
            case "wrong" -> throw InputException.at(Path.of("data.jsonl"), 7, "no prompt");
            case "people" -> throw new WaitingForPeopleException("Rank at http://localhost:1");
            case "signal" -> untilSignal(options, context);
            case "deaf" -> deaf(context);
            case "busy" -> busy(context);
            default -> new StageResult(Map.of("loss", 0.5));
        };
    }

    /** Allocates more floats than an address space holds, with libtorch's own allocator. */
    private static StageResult allocate(long floats) {
        try (Torch torch = TestDevice.open();
                NDArray tensor = torch.manager().zeros(new Shape(floats))) {
            return new StageResult(Map.of("loss", (double) tensor.size()));
        }
    }

    /** Saves a state when asked to stop; if there is one already, runs to the end. */
    private static StageResult untilSignal(Options options, StageContext context) throws Exception {
        Path state = options.output_dir().resolve("state");
        if (Files.exists(state)) {
            return new StageResult(Map.of("loss", 0.5));
        }
        context.console().println("ready");
        while (!context.stopRequested()) {
            Thread.sleep(5);
        }
        save(state);
        throw new InterruptedRunException("saved in " + state);
    }

    private static void save(Path state) throws IOException {
        Files.createDirectories(state);
    }

    private static StageResult deaf(StageContext context) throws InterruptedException {
        context.console().println("ready");
        while (true) {
            Thread.sleep(1000);
        }
    }

    /** Multiplies matrices for hours, in a single native call. */
    private static StageResult busy(StageContext context) throws IOException {
        byte[] multiplying = ScriptArchive.of("""
              def multiply(self, x: Tensor, w: Tensor) -> Tensor:
                y = x
                for i in range(1000000000):
                  y = torch.conv2d(x, w, None, [1, 1], [0, 0], [2, 2], 1)
                return y
            """);
        try (Torch torch = TestDevice.open();
                NDArray x = torch.manager().ones(new Shape(1, 64, 512, 1));
                NDArray w = torch.manager().ones(new Shape(64, 64, 1, 1));
                PtSymbolBlock module = JniUtils.loadModule(
                        (PtNDManager) torch.manager(), new ByteArrayInputStream(multiplying), true, false)) {
            context.console().println("ready");
            IValueUtils.runMethod(module, "multiply", IValue.from((PtNDArray) x), IValue.from((PtNDArray) w));
        }
        return new StageResult(Map.of());
    }

    /** The entry point of the program, with this stage. */
    public static void main(String[] args) {
        Program.Environment environment = new Program.Environment(
                System.out, System.err, Map.of(), () -> Interrupts.install(System.out, System.err));
        System.exit(new Program(catalog(), environment).run(args));
    }
}
