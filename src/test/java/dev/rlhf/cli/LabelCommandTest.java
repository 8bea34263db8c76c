package dev.rlhf.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelCommandTest {
    private static final String ROW =
            "{\"id\":\"%s\",\"prompt\":\"Q\",\"completions\":[{\"id\":\"x\",\"text\":\"X\",\"model\":\"m\"},{\"id\":\"y\",\"text\":\"Y\"}],"
                    + "\"rankings\":[{\"labeler\":\"sim-1\",\"kind\":\"simulated\",\"ranks\":[1,1]}]}\n";

    @TempDir
    Path folder;

    private String label(Object... arguments) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> words = Arrays.stream(arguments).map(String::valueOf).toList();
        assertThat(LabelCommand.execute(words, new PrintStream(out, true, StandardCharsets.UTF_8)))
                .isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void wrongWordsAreAnsweredInOneLine() throws Exception {
        for (List<Object> words : List.<List<Object>>of(
                List.of("import"), List.of("exprt"), List.of("serve", "--db", "x", "--port", "y"))) {
            assertThatThrownBy(() -> label(words.toArray()))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("See: rlhf label")
                    .message()
                    .doesNotContain("\n");
        }
        assertThat(label("export", "--help")).contains("rlhf label export").contains("--output");
        assertThat(label()).contains("import").contains("export").contains("serve");
    }

    @Test
    void whatIsImportedIsExportedByteForByte() throws Exception {
        Path in = folder.resolve("in.jsonl");
        Path out = folder.resolve("out.jsonl");
        Files.writeString(in, ROW.formatted("b") + ROW.formatted("a"));
        Path db = folder.resolve("runs/labels.mv.db");
        assertThat(label("import", "--db", db, "--input", in, "--overlap", 2))
                .isEqualToIgnoringNewLines(
                        "batch 'default': 2 new tasks, 0 already there; 2 new rankings, 0 already there");
        assertThat(label("import", "--db", db, "--input", in)).contains("0 new tasks, 2 already there");
        assertThat(label("export", "--db", db, "--output", out)).contains("2 tasks with 2 rankings");
        assertThat(out).hasSameTextualContentAs(in);
    }

    @Test
    void wrongInputIsAnInputExceptionAndLeavesNoStore() throws Exception {
        Path in = folder.resolve("in.jsonl");
        Files.writeString(in, ROW.formatted("a") + "{}\n");
        Path db = folder.resolve("labels");
        assertThatThrownBy(() -> label("import", "--db", db, "--input", in))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(in + ":2: ");
        assertThatThrownBy(() -> label("import", "--db", db, "--input", in, "--overlap", 0))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("overlap is 0");
        assertThatThrownBy(() -> label("export", "--db", db, "--output", folder.resolve("o")))
                .isInstanceOf(InputException.class);
        assertThatThrownBy(() -> label("serve", "--db", db)).isInstanceOf(InputException.class);
        assertThat(folder.toFile().list()).containsExactly("in.jsonl");
    }

    @Test
    void batchesWithTheSameIdsAreExportedOneAtATime() throws Exception {
        Path in = folder.resolve("in.jsonl");
        Files.writeString(in, ROW.formatted("a"));
        Path db = folder.resolve("labels");
        label("import", "--db", db, "--input", in, "--batch", "one");
        label("import", "--db", db, "--input", in, "--batch", "two");
        Path out = folder.resolve("out.jsonl.gz");
        assertThatThrownBy(() -> label("export", "--db", db, "--output", out))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("--batch, of one, two");
        assertThat(out).doesNotExist();
        assertThat(label("export", "--db", db, "--output", out, "--batch", "two"))
                .contains("1 tasks");
    }
}
