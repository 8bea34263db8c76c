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
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Kills a training process (SIGKILL) at random moments and starts the same command again until it is done. */
@EnabledOnOs({OS.LINUX, OS.MAC})
@Timeout(180)
class KillTrainingTest {
    private static final int STEPS = 180;
    private static final int KILLS = 3;
    private static final List<String> TIMINGS = List.of("tokens_per_second", "perf/max_memory");

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endProcesses() {
        started.forEach(Process::destroyForcibly);
    }

    private Process start(String run) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Duser.language=fa", // whose digits are not those of the saved states' names
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "sft"));
        command.addAll(List.of("--model_name_or_path", folder.resolve("base").toString()));
        command.addAll(List.of("--dataset", folder.resolve("rows.jsonl").toString()));
        command.addAll(List.of("--eval_dataset", folder.resolve("rows.jsonl").toString()));
        command.addAll(List.of("--output_dir", folder.resolve(run).toString(), "--max_steps", STEPS + ""));
        command.addAll(List.of("--max_length", "64", "--per_device_train_batch_size", "2", "--device", "cpu"));
        command.addAll(List.of("--logging_steps", "3", "--eval_steps", "20", "--save_steps", "7"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve(run + ".txt").toFile()))
                .start();
        started.add(process);
        return process;
    }

    @Test
    void aKilledAndResumedRunEqualsAnUninterruptedOne() throws Exception {
        TinyModels.llama(folder.resolve("base"), 1);
        Files.writeString(folder.resolve("rows.jsonl"), """
                {"prompt": "What is the capital of France?", "response": "Paris."}
                {"prompt": "Where does the river flow?", "response": "Into the sea."}
                {"prompt": "Which city is it?", "response": "The capital."}
                """);
        assertThat(start("whole").waitFor()).isZero();

        Random random = new Random(12);
        for (int kill = 0; kill < KILLS; kill++) {
            int moment = kill * STEPS / KILLS + random.nextInt(STEPS / KILLS - 10);
            Process process = start("cut");
            while (process.isAlive() && lastStep("cut") < moment) {
                Thread.sleep(1);
            }
            process.destroyForcibly();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as("killed near step %d", moment).isEqualTo(128 + 9);
        }
        assertThat(start("cut").waitFor()).isZero();

        assertThat(folder.resolve("cut.txt")).content().contains("resuming after step", "3 rows: 0 dropped");
        assertThat(folder.resolve("cut/model/model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("whole/model/model.safetensors"));
        List<JsonNode> rows = rows("cut");
        assertThat(rows).isEqualTo(rows("whole"));
        assertThat(rows)
                .extracting(row -> row.path("step").asLong())
                .doesNotHaveDuplicates()
                .isSorted();
        try (Stream<Path> files = Files.walk(folder.resolve("cut"))) {
            assertThat(files)
                    .as("nothing half-written stays")
                    .noneMatch(file -> file.toString().contains(".tmp-"));
        }
        assertThat(figures("cut")).isEqualTo(figures("whole"));
    }

    private long lastStep(String run) throws IOException {
        Path log = folder.resolve(run).resolve("metrics.jsonl");
        if (!Files.exists(log)) {
            return -1;
        }
        String text = Files.readString(log);
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        return whole.isEmpty()
                ? -1
                : Json.mapper()
                        .readTree(whole.lines().toList().getLast())
                        .path("step")
                        .asLong();
    }

    private List<JsonNode> rows(String run) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve(run).resolve("metrics.jsonl"))) {
            rows.add(((ObjectNode) Json.mapper().readTree(line)).remove(TIMINGS));
        }
        return rows;
    }

    private JsonNode figures(String run) throws IOException {
        return Json.mapper()
                .readTree(folder.resolve(run).resolve("done.json").toFile())
                .path("metrics");
    }
}
