package dev.rlhf.cli;

import dev.rlhf.base.InputException;
import dev.rlhf.checkpoint.hub.Fetch;
import dev.rlhf.checkpoint.hub.FetchFailedException;
import dev.rlhf.checkpoint.hub.FetchListener;
import dev.rlhf.checkpoint.hub.ModelReference;
import dev.rlhf.report.console.Progress;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rlhf fetch org/name}: downloads a model from a hub into the cache, where stages find it by that name. */
@Command(
        name = "fetch",
        description = "Download a model from a Hugging Face hub into the cache, which Python libraries share.%n",
        footer = {
            "",
            "Downloads config, safetensors, tokenizer and chat templates. Interrupted downloads resume.",
            "HF_ENDPOINT: address of another hub; HF_TOKEN: access token; HF_HOME or HF_HUB_CACHE: the cache.",
            "Afterwards: rlhf sft --model_name_or_path org/name …"
        })
public final class FetchCommand implements Callable<Integer> {
    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private final HelpOption help = new HelpOption();

    @Parameters(paramLabel = "ORG/NAME", description = "name of the model on the hub")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String name;

    @Option(names = "--revision", paramLabel = "TEXT", description = "branch, tag or full commit id (default: main)")
    private @Nullable String revision;

    @Option(
            names = "--include",
            paramLabel = "GLOB",
            arity = "1..*",
            description = "names of the files to download instead; * and ? are wildcards")
    private List<String> include = List.of();

    @Option(names = "--dry_run", description = "list what would be downloaded, without downloading")
    private boolean dryRun;

    FetchCommand(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    /** Runs {@code rlhf fetch} with the arguments that follow it and returns the exit code. */
    static int execute(List<String> words, Map<String, String> environment, PrintStream out, PrintStream err)
            throws Exception {
        return Picocli.execute(new FetchCommand(environment, out, err), "rlhf fetch", words, out);
    }

    @Override
    public Integer call() throws IOException {
        ModelReference model = model();
        Thread whenInterrupted = new Thread(
                () -> err.printf("%nrlhf: interrupted; partial downloads are kept, run the same command to resume%n"));
        Runtime.getRuntime().addShutdownHook(whenInterrupted);
        try {
            print(model, fetch(model));
            return ExitCode.DONE;
        } catch (FetchFailedException e) {
            err.println("rlhf: failed: " + e.getMessage());
            return ExitCode.FAILED;
        } finally {
            Runtime.getRuntime().removeShutdownHook(whenInterrupted);
        }
    }

    private Fetch.Plan fetch(ModelReference model) throws IOException {
        try (Display display = new Display(out)) {
            return Fetch.of(environment, display).run(model, include, dryRun);
        }
    }

    private ModelReference model() {
        String typed = revision == null ? name : name + "@" + revision;
        if (revision != null && name.contains("@")) {
            throw new InputException("rlhf fetch: both " + name + " and --revision give a revision; give one");
        }
        return ModelReference.parse(typed)
                .orElseThrow(() -> new InputException(
                        "rlhf fetch: " + typed + " is not a model name; give ORG/NAME, as in Qwen/Qwen2.5-0.5B"));
    }

    private void print(ModelReference model, Fetch.Plan plan) {
        if (dryRun) {
            plan.files()
                    .forEach(file -> out.printf(
                            "%10s  %s%s%n", size(file.size()), file.path(), file.fetched() ? "  (cached)" : ""));
        }
        out.printf(
                "%s, commit %s: %d files, %s%s%n",
                model.text(),
                plan.commit().substring(0, 8),
                plan.files().size(),
                size(plan.bytes()),
                dryRun ? "; nothing was downloaded" : ", in " + plan.snapshot());
    }

    private static String size(long bytes) {
        return bytes < 10_000_000
                ? String.format(Locale.ROOT, "%.2f MB", bytes / 1e6)
                : String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
    }

    /** A progress bar that starts with the first byte, so that none is shown if nothing has to be downloaded. */
    private static final class Display implements FetchListener, AutoCloseable {
        private static final double MEGABYTE = 1e6;

        private final PrintStream out;
        private @Nullable Progress progress;
        private long received;

        Display(PrintStream out) {
            this.out = out;
        }

        @Override
        public void progress(State state) {
            if (progress == null) {
                if (state.received() == 0) {
                    return;
                }
                progress = Progress.start(
                        out, "fetch", megabytes(state.total()), "MB", megabytes(state.done() - state.received()));
            }
            progress.step(megabytes(state.done()), (state.received() - received) / MEGABYTE, state.file());
            received = state.received();
        }

        private static long megabytes(long bytes) {
            return (long) Math.ceil(bytes / MEGABYTE);
        }

        @Override
        public void note(String line) {
            if (progress == null) {
                out.println(line);
            } else {
                progress.note(line);
            }
        }

        @Override
        public void close() {
            if (progress != null) {
                progress.close();
            }
        }
    }
}
