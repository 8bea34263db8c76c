package dev.rlhf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Trains in processes of their own, with the JVM's default heap and with a young generation so small that objects are
 * collected within a training step: metrics and saved weights must be the same bit for bit. A tensor that autograd
 * needs and only a Java object holds would be freed memory in backward.
 */
@Timeout(300)
class YoungGenerationTest {
    private static final List<String> DEFAULT = List.of("-Xmx512m");
    private static final List<String> TINY = List.of("-XX:+UseParallelGC", "-Xmn1m", "-Xmx512m");

    @TempDir
    private Path folder;

    private Path base;

    @BeforeEach
    void make() throws IOException {
        base = TinyModels.llama(folder.resolve("base"), 1);
    }

    /** Writes sixteen rows: "#" becomes a number, "@" a sentence repeated so often that rows differ in length. */
    private Path write(String name, String row) throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            rows.append(row.replace("#", Integer.toString(i)).replace("@", "The sea. ".repeat(i % 5)));
        }
        return Files.writeString(folder.resolve(name), rows.toString());
    }

    @Test
    void sft() throws Exception {
        Path rows = write("rows.jsonl", """
                {"prompt": "Which city is it? #", "response": "@Paris."}
                """);
        assertEqualRuns(
                List.of("model"),
                "sft",
                Map.of(
                        "dataset",
                        rows,
                        "max_length",
                        64,
                        "max_steps",
                        60,
                        "per_device_train_batch_size",
                        2,
                        "gradient_accumulation_steps",
                        3));
    }

    @Test
    void reward() throws Exception {
        Path rankings = write("rankings.jsonl", """
                {"id": "t#", "prompt": "Which city is it? #", "completions": [{"id": "a", "text": "Paris."}, \
                {"id": "b", "text": "@Where?"}, {"id": "c", "text": "I don't know."}], \
                "rankings": [{"labeler": "one", "ranks": [1, 3, 2]}, {"labeler": "two", "ranks": [1, 2, 2]}]}
                """);
        assertEqualRuns(
                List.of("model"),
                "reward",
                Map.of("dataset", rankings, "max_length", 64, "max_steps", 60, "per_device_train_batch_size", 4));
    }

    @Test
    void ppo() throws Exception {
        Path reward = TinyModels.reward(folder.resolve("reward"), base, 2);
        Path prompts = write("prompts.jsonl", "{\"prompt\": \"Which city is it? #\"}\n");
        assertEqualRuns(
                List.of("model", "critic"),
                "ppo",
                Map.of(
                        "dataset",
                        prompts,
                        "reward_model_path",
                        reward,
                        "total_episodes",
                        64,
                        "rollout_batch_size",
                        16,
                        "per_device_train_batch_size",
                        8,
                        "response_length",
                        12));
    }

    private void assertEqualRuns(List<String> models, String stage, Map<String, Object> options) throws Exception {
        Path expected = train("default", DEFAULT, stage, options);
        Path actual = train("tiny", TINY, stage, options);
        assertThat(metrics(expected)).isNotEmpty();
        assertThat(metrics(actual)).isEqualTo(metrics(expected));
        for (String model : models) {
            assertThat(actual.resolve(model).resolve("model.safetensors"))
                    .hasSameBinaryContentAs(expected.resolve(model).resolve("model.safetensors"));
        }
    }

    /** Runs a stage in another process, and returns its folder. */
    private Path train(String run, List<String> jvm, String stage, Map<String, Object> options) throws Exception {
        Path output = folder.resolve(run);
        Path printed = folder.resolve(run + ".txt");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), stage));
        command.addAll(List.of("--model_name_or_path", base.toString(), "--output_dir", output.toString()));
        command.addAll(List.of("--device", "cpu", "--learning_rate", "1e-3", "--logging_steps", "1"));
        options.forEach((name, value) -> command.addAll(List.of("--" + name, value.toString())));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        assertThat(process.waitFor()).as(() -> read(printed)).isZero();
        return output;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Returns the rows of metrics.jsonl without metrics of time and memory. */
    private static List<JsonNode> metrics(Path run) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        try (Stream<String> lines = Files.lines(run.resolve("metrics.jsonl"))) {
            for (String line : lines.toList()) {
                ObjectNode row = (ObjectNode) Json.mapper().readTree(line);
                List<String> names = new ArrayList<>();
                row.fieldNames().forEachRemaining(names::add);
                names.removeIf(name -> !name.startsWith("perf/")
                        && !name.startsWith("timing_s/")
                        && !List.of("time", "tokens_per_second", "eps").contains(name));
                rows.add(row.remove(names));
            }
        }
        return rows;
    }
}
