package dev.rlhf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.label.store.LabelStore;
import dev.rlhf.testing.TestContext;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A rank stage that is run again while another process serves its label store. */
@Timeout(60)
class RankWhileServedTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    /** Holds the store open as the server does, until it is killed. */
    static final class Holder {
        public static void main(String[] args) throws Exception {
            try (LabelStore _ = LabelStore.openExisting(Path.of(args[0]))) {
                System.out.println("open");
                Thread.sleep(Long.MAX_VALUE);
            }
        }
    }

    private int rank(String... more) {
        printed.reset();
        PrintStream console = new PrintStream(printed, true, StandardCharsets.UTF_8);
        Program.Environment environment =
                new Program.Environment(console, console, Map.of(), () -> TestContext.printingTo(console));
        String[] command = {
            "rank",
            "--input",
            folder.resolve("batch.jsonl").toString(),
            "--output_dir",
            folder.resolve("out").toString()
        };
        String[] all = Arrays.copyOf(command, command.length + more.length);
        System.arraycopy(more, 0, all, command.length, more.length);
        return new Program(Stages.catalog(), environment).run(all);
    }

    @Test
    void aServedStoreIsRefusedInOneLineAndNotChanged() throws Exception {
        Files.writeString(
                folder.resolve("batch.jsonl"),
                "{\"id\":\"a\",\"prompt\":\"Q\",\"completions\":[{\"id\":\"x\",\"text\":\"X\"},{\"id\":\"y\","
                        + "\"text\":\"Y\"}]}\n");
        assertThat(rank()).as("waits for people").isZero();
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        folder.resolve("out/labels").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = server.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("open");
            assertThat(rank()).isEqualTo(2);
            assertThat(printed.toString(StandardCharsets.UTF_8).lines().toList())
                    .last()
                    .isEqualTo("rlhf: " + folder.resolve("out/labels.mv.db")
                            + ": in use by another process (rlhf label serve?); stop that one first");
            // Another run would put the folder aside; not one that people's labels are in, even if they cannot be read
            // now.
            assertThat(rank("--error_rate", "0.5")).isEqualTo(2);
            assertThat(printed.toString(StandardCharsets.UTF_8)).contains("people's labels", "error_rate 0.1 → 0.5");
        } finally {
            server.destroyForcibly();
        }
        server.waitFor();
        assertThat(folder.resolve("out.previous-1")).doesNotExist();
        assertThat(rank("--wanted_share", "0"))
                .as("an option that may change while people work")
                .isZero();
        assertThat(folder.resolve("out/done.json")).exists();
    }
}
