package dev.rlhf.cli;

import dev.rlhf.base.AtomicFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs the most common commands once, on a model of a few thousand weights in a temporary folder, so that the JVM can
 * record an AOT cache (JEP 514 and 515: {@code -XX:AOTCacheOutput}) that makes later starts faster. The launcher runs
 * this after a build; it is not a command for users.
 */
final class Rehearsal {
    static final String COMMAND = "rehearse";

    private static final String TEXT = "The quick brown fox jumps over the lazy dog.\n";

    // Sharded, like larger models.
    private static final String PRETRAIN =
            "pretrain --device cpu --split contiguous --tokenizer char --block_size 16 --max_steps 2 --warmup_steps 1"
                    + " --per_device_train_batch_size 2 --max_shard_size 10KB --config.model_type llama"
                    + " --config.hidden_size 32 --config.intermediate_size 64 --config.num_hidden_layers 2"
                    + " --config.num_attention_heads 4 --config.num_key_value_heads 2 "
                    + "--config.max_position_embeddings 64";
    private static final String LOGPROBS = "logprobs --device cpu";
    private static final String GENERATE = "generate --device cpu --max_new_tokens 8";

    private Rehearsal() {}

    /** @param err receives the output of a command that failed */
    static int run(PrintStream err) throws IOException {
        Path folder = Files.createTempDirectory("rlhf-rehearsal");
        try {
            Files.writeString(folder.resolve("text.txt"), TEXT.repeat(50));
            Files.writeString(
                    folder.resolve("rows.jsonl"), "{\"prompt\": \"The quick\", \"id\": 1}\n{\"prompt\": \"dog\"}\n");
            Files.writeString(
                    folder.resolve("texts.jsonl"), "{\"text\": \"The quick brown fox\"}\n{\"input_ids\": [1, 2, 3]}\n");
            for (List<String> command : commands(folder)) {
                ByteArrayOutputStream output = new ByteArrayOutputStream();
                if (run(command, new PrintStream(output, true, StandardCharsets.UTF_8)) != ExitCode.DONE) {
                    err.println("rlhf " + String.join(" ", command) + ": " + output.toString(StandardCharsets.UTF_8));
                    return ExitCode.FAILED;
                }
            }
            return ExitCode.DONE;
        } finally {
            AtomicFiles.deleteTree(folder);
        }
    }

    private static int run(List<String> command, PrintStream out) {
        Program.Environment environment =
                new Program.Environment(out, out, Map.of(), () -> Interrupts.install(out, out));
        return new Program(Stages.catalog(), environment).run(command.toArray(String[]::new));
    }

    private static List<List<String>> commands(Path folder) {
        String model = folder.resolve("run/model").toString();
        String rows = folder.resolve("rows.jsonl").toString();
        String texts = folder.resolve("texts.jsonl").toString();
        return List.of(
                words("--version"),
                words("--help"),
                words("generate --help"),
                words(PRETRAIN, "--output_dir", folder + "/run", "--dataset", folder + "/text.txt"),
                words("show-tokens", "--model_name_or_path", model, "--input", texts),
                words(
                        LOGPROBS,
                        "--model_name_or_path",
                        model,
                        "--input",
                        texts,
                        "--output",
                        folder + "/logprobs.jsonl"),
                words(GENERATE, "--model_name_or_path", model, "--input", rows, "--output", folder + "/out.jsonl"));
    }

    /** @param more words that may contain spaces */
    private static List<String> words(String fixed, String... more) {
        return Stream.concat(Arrays.stream(fixed.split(" ")), Stream.of(more)).toList();
    }
}
