package dev.rlhf.cli;

import static dev.rlhf.cli.LabelRun.label;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.label.BatchSettings;
import dev.rlhf.label.api.AuditEntry;
import dev.rlhf.label.store.LabelStore;
import dev.rlhf.label.store.TestBatches;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelCommandTest {
    private static final String ROW =
            "{\"id\":\"%s\",\"prompt\":\"Q\",\"completions\":[{\"id\":\"x\",\"text\":\"X\",\"model\":\"m\"},"
                    + "{\"id\":\"y\",\"text\":\"Y\"}],"
                    + "\"rankings\":[{\"labeler\":\"sim-1\",\"kind\":\"simulated\",\"ranks\":[1,1]}]}\n";

    @TempDir
    Path folder;

    @Test
    void invalidArgumentsAreReportedInOneLine() throws Exception {
        for (List<Object> words : List.<List<Object>>of(
                List.of("import"), List.of("exprt"), List.of("serve", "--db", "x", "--port", "y"))) {
            assertThatThrownBy(() -> label(words.toArray()))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("See: rlhf label")
                    .message()
                    .doesNotContain("\n");
        }
        assertThat(label("export", "--help")).contains("rlhf label export").contains("--output");
        assertThat(label())
                .contains("init")
                .contains("import")
                .contains("invite")
                .contains("users")
                .contains("serve");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exprot | rlhf label: there is no command exprot; did you mean export? See: rlhf label --help",
                "back | rlhf label: there is no command back; did you mean backup? See: rlhf label --help",
                "rank --db x | rlhf label: there is no command rank. See: rlhf label --help",
                "--bd x | rlhf label: --bd: unknown option. See: rlhf label --help",
                "export --db x --ouput=y | rlhf label export: --ouput: unknown option; did you mean --output? "
                        + "See: rlhf label export --help",
                "users --db x --tasks-per-day 5 | rlhf label users: --tasks-per-day: unknown option; did you mean "
                        + "--tasks_per_day? See: rlhf label users --help",
                "users --db x -labeler Bo | rlhf label users: -labeler: unknown option; did you mean --labeler? "
                        + "See: rlhf label users --help",
                "stats --db x y | rlhf label stats: y: unexpected. See: rlhf label stats --help",
                "backup --db x | rlhf label backup: Missing required option: '--output=FILE'. "
                        + "See: rlhf label backup --help"
            })
    void anUnknownWordIsComparedWithTheKnownOnes(String words, String message) {
        assertThatThrownBy(() -> label((Object[]) words.split(" ")))
                .isInstanceOf(InputException.class)
                .hasMessage(message);
    }

    @Test
    void importedFilesAreExportedByteForByte() throws Exception {
        Path in = folder.resolve("in.jsonl");
        Path out = folder.resolve("out.jsonl");
        Files.writeString(in, ROW.formatted("b") + ROW.formatted("a"));
        Path db = folder.resolve("runs/labels.mv.db");
        assertThat(label("import", "--db", db, "--input", in, "--overlap", 2))
                .isEqualToIgnoringNewLines(
                        "batch 'default': 2 new tasks, 0 already there; 2 new rankings, 0 already there");
        assertThat(label("import", "--db", db, "--input", in)).contains("0 new tasks, 2 already there");
        assertThat(label("export", "--db", db, "--output", out, "--close", "false"))
                .contains("2 tasks with 2 rankings")
                .doesNotContain("labelers can no longer");
        assertThat(label("export", "--db", db, "--output", out))
                .contains("2 tasks with 2 rankings")
                .contains("labelers can no longer change these labels; --close false leaves them open");
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

    @Test
    void filesOfOtherToolsAreImportedAndOmissionsReported() throws Exception {
        Path in = Files.writeString(folder.resolve("hh.jsonl"), """
                {"chosen": "\\n\\nHuman: A?\\n\\nAssistant: B", "rejected": "\\n\\nHuman: A?\\n\\nAssistant: C"}
                {"chosen": "\\n\\nHuman: A?\\n\\nAssistant: B", "rejected": "\\n\\nHuman: A?\\n\\nAssistant: B"}
                """);
        Path db = folder.resolve("labels");
        assertThat(label("import", "--db", db, "--input", in, "--format", "hh", "--batch", "hh"))
                .contains("2 rows, 1 tasks")
                .contains("left out: 1 pairs of equal answers")
                .contains("batch 'hh': 1 new tasks, 0 already there; 1 new rankings");
        Path out = folder.resolve("pairs.jsonl");
        assertThat(label("export", "--db", db, "--output", out, "--format", "pairs"))
                .contains("1 pairs of 1 labels of 1 tasks");
        assertThat(out)
                .content()
                .isEqualTo("{\"id\":\"row-1\",\"prompt\":\"A?\",\"chosen\":\"B\",\"rejected\":\"C\","
                        + "\"labeler\":\"anthropic-hh\"}\n");
        for (List<Object> words : List.<List<Object>>of(
                List.of("import", "--db", db, "--input", in, "--format", "xml"),
                List.of("import", "--db", db, "--input", in, "--prompt_field", "q"),
                List.of("import", "--db", db, "--input", in, "--format", "hh", "--prompt_field", "q"),
                List.of("export", "--db", db, "--output", out, "--format", "xml"),
                List.of("export", "--db", db, "--output", out, "--since", "yesterday"),
                List.of("export", "--db", db, "--output", out, "--since", "2026-02-01", "--until", "2026-01-01"),
                List.of("export", "--db", db, "--output", out, "--labeler", "nobody"),
                List.of("export", "--db", db, "--output", out, "--guideline", "none"),
                List.of("export", "--db", db, "--output", out, "--min_overlap", "-1"))) {
            assertThatThrownBy(() -> label(words.toArray()))
                    .isInstanceOf(InputException.class)
                    .message()
                    .doesNotContain("\n");
        }
    }

    @Test
    void anExportReportsWhatItLeavesOut() throws Exception {
        Path in = Files.writeString(folder.resolve("in.jsonl"), """
                {"id":"a","prompt":"Q","completions":[{"id":"x","text":"X"},{"id":"y","text":"Y"}],"rankings":[\
                {"labeler":"Ada","ranks":[1,2]},{"labeler":"Bo","ranks":[2,1]}]}
                {"id":"b","prompt":"Q","completions":[{"id":"x","text":"X"},{"id":"y","text":"Y"}],"rankings":[{"labeler":"Ada","ranks":[1,2]}]}
                """);
        Path db = folder.resolve("labels");
        label("import", "--db", db, "--input", in, "--overlap", 2);
        Path out = folder.resolve("out.jsonl");
        assertThat(label("export", "--db", db, "--output", out, "--min_overlap", 2))
                .contains("1 tasks with 2 rankings")
                .contains("left out, as asked: 1 tasks, 1 rankings");
        assertThat(label("export", "--db", db, "--output", out, "--labeler", "Bo", "--min_overlap", 1))
                .contains("1 tasks with 1 rankings")
                .contains("left out, as asked: 1 tasks, 2 rankings");
        assertThat(out).content().contains("Bo").doesNotContain("Ada");
        assertThat(label("export", "--db", db, "--output", out, "--until", "2026-01-01"))
                .contains("2 tasks with 0 rankings")
                .contains("left out, as asked: 0 tasks, 3 rankings");
        assertThat(label("export", "--db", db, "--output", out, "--since", "2026-01-01T00:00:00+01:00"))
                .contains("2 tasks with 3 rankings")
                .doesNotContain("left out");
    }

    @Test
    void aStoreIsInitialisedAndUsersAreInvitedAndDisabled() throws Exception {
        Path db = folder.resolve("runs/labels");
        Path password = Files.writeString(folder.resolve("password"), "correct horse battery\n");
        assertThat(label("init", "--db", db, "--password_file", password, "--base_url", "https://rank.example.org"))
                .contains("has the admin 'admin'");
        assertThatThrownBy(() -> label("init", "--db", db, "--password_file", password))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("has an admin 'admin' already");

        String links = label("invite", "--db", db, "Ada", "Bo");
        assertThat(links.lines())
                .hasSize(2)
                .allSatisfy(line ->
                        assertThat(line).matches("(Ada|Bo)  https://rank.example.org/#invite=[A-Za-z0-9_-]{43}"));
        assertThat(label("users", "--db", db, "--disable", "Bo"))
                .containsPattern("admin +admin +person +0 +0")
                .containsPattern("Ada +labeler +person +0 +1")
                .containsPattern("Bo +labeler +person +0 +0 +disabled");
        assertThatThrownBy(() -> label("invite", "--db", db, "Bo")).hasMessageContaining("'Bo' is disabled");
        assertThatThrownBy(() -> label("users", "--db", db, "--disable", "admin"))
                .hasMessageContaining("the only admin");
        assertThatThrownBy(() -> label("users", "--db", db, "--disable", "Ada", "--enable", "Bo"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("mutually exclusive");
        try (var files = Files.walk(db.getParent())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .doesNotContain("correct horse")
                        .doesNotContain(links.substring(links.indexOf('=') + 1, links.indexOf('\n')));
            }
        }
    }

    @Test
    void aPasswordComesFromAFileOrATerminalAndIsLongEnough() throws Exception {
        Path db = folder.resolve("labels");
        assertThatThrownBy(() -> label("init", "--db", db)).hasMessageContaining("--password_file");
        assertThatThrownBy(() -> label("init", "--db", db, "--password", "correct horse battery"))
                .hasMessageContaining("--password: unknown option");
        Path password = Files.writeString(folder.resolve("password"), "too short");
        assertThatThrownBy(() -> label("init", "--db", db, "--password_file", password))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("9 characters");
        assertThatThrownBy(() -> label("init", "--db", db, "--password_file", folder.resolve("none")))
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> label("init", "--db", db, "--password_file", folder))
                .isInstanceOf(InputException.class)
                .hasMessage(folder + ": is a folder; it must be a file");
        Files.writeString(password, "\uFEFFtoo short");
        assertThatThrownBy(() -> label("init", "--db", db, "--password_file", password))
                .hasMessageContaining("9 characters");
        assertThatThrownBy(() -> label("serve", "--db", db, "--base_url", "rank.example.org"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("base_url is rank.example.org");
        assertThat(folder.toFile().list()).containsExactly("password");
    }

    @Test
    void anImportSetsUpItsBatch() throws Exception {
        Path in = folder.resolve("in.jsonl");
        Files.writeString(in, ROW.formatted("a"));
        Path db = folder.resolve("labels");
        label(
                "import",
                "--db",
                db,
                "--input",
                in,
                "--batch",
                "b",
                "--overlap",
                3,
                "--priority",
                5,
                "--paused",
                "true",
                "--top_k",
                2,
                "--strength",
                "true",
                "--scores",
                "true",
                "--flags",
                "rude, wrong",
                "--gold_rate",
                0.1);
        try (LabelStore store = LabelStore.openExisting(db)) {
            assertThat(TestBatches.settings(store, "b"))
                    .isEqualTo(new BatchSettings(3, 5, true, 2, true, true, List.of("rude", "wrong"), 0.1, null, null));
        }
        label(
                "import",
                "--db",
                db,
                "--input",
                in,
                "--batch",
                "b",
                "--paused",
                "false",
                "--top_k",
                0,
                "--flags",
                "none");
        try (LabelStore store = LabelStore.openExisting(db)) {
            assertThat(TestBatches.settings(store, "b"))
                    .isEqualTo(new BatchSettings(3, 5, false, null, true, true, List.of(), 0.1, null, null));
        }
        for (List<String> wrong :
                List.of(List.of("--gold_rate", "0.6"), List.of("--top_k", "9"), List.of("--flags", "Rude!"))) {
            assertThatThrownBy(() -> label("import", "--db", db, "--input", in, wrong.get(0), wrong.get(1)))
                    .isInstanceOf(InputException.class)
                    .message()
                    .doesNotContain("\n");
        }
    }

    @Test
    void anOutputThatCannotBeWrittenChangesNothing() throws Exception {
        Path in = Files.writeString(folder.resolve("in.jsonl"), ROW.formatted("a"));
        Path db = folder.resolve("labels");
        label("import", "--db", db, "--input", in);
        Path store = folder.resolve("labels.mv.db");
        for (Path wrong : List.of(folder, in.resolve("out.jsonl"), store)) {
            for (String command : List.of("export", "backup", "time")) {
                assertThatThrownBy(() -> label(command, "--db", db, "--output", wrong))
                        .as("%s to %s", command, wrong)
                        .isInstanceOf(InputException.class)
                        .message()
                        .doesNotContain("\n");
            }
        }
        try (LabelStore opened = LabelStore.openExisting(db)) {
            assertThat(opened.access().audit(null, 10))
                    .extracting(AuditEntry::action)
                    .doesNotContain("export");
        }
        assertThat(label("backup", "--db", db, "--output", folder.resolve("my backup.zip")))
                .contains("--input '" + folder.resolve("my backup.zip") + "' --db NEW");
    }

    @Test
    void guidelinesThatAreNoTextAreRefusedBeforeServing() throws Exception {
        Path in = Files.writeString(folder.resolve("in.jsonl"), ROW.formatted("a"));
        Path db = folder.resolve("labels");
        label("import", "--db", db, "--input", in);
        assertThatThrownBy(() -> label("serve", "--db", db, "--port", 0, "--guidelines", folder))
                .isInstanceOf(InputException.class)
                .hasMessage(folder + ": is a folder; it must be a file");
    }
}
