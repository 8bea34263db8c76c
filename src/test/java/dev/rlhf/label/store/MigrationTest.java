package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.label.BatchSettings;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.Label;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.GivenTask;
import dev.rlhf.label.api.Guidelines;
import dev.rlhf.label.api.LabelingProgress;
import dev.rlhf.label.api.Revision;
import dev.rlhf.label.api.Role;
import dev.rlhf.label.api.Submission;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.h2.tools.RunScript;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Stores that earlier versions wrote; each is kept as the script {@code store-vN.sql}. */
class MigrationTest {
    /** Keeps H2 from writing a trace file beside a store that a test opens itself. */
    private static final String TRACELESS = ";TRACE_LEVEL_FILE=0";

    @TempDir
    Path folder;

    /** Every version but the latest must have a script here, so that none is forgotten. */
    static IntStream earlierVersions() throws Exception {
        URI scripts = Objects.requireNonNull(LabelStore.class.getResource("db")).toURI();
        try (Stream<Path> files = Files.list(Path.of(scripts))) {
            int[] versions = files.map(file -> file.getFileName().toString())
                    .mapToInt(name -> Integer.parseInt(name.substring(1, name.indexOf('_'))))
                    .sorted()
                    .toArray();
            return IntStream.of(versions).limit(versions.length - 1);
        }
    }

    private Path store(int version) throws Exception {
        Path file = folder.resolve("labels");
        String script = "store-v" + version + ".sql";
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + file + TRACELESS, "rlhf", "");
                Reader reader = new InputStreamReader(
                        Objects.requireNonNull(getClass().getResourceAsStream(script), script),
                        StandardCharsets.UTF_8)) {
            RunScript.execute(connection, reader);
        }
        return file;
    }

    @ParameterizedTest
    @MethodSource("earlierVersions")
    void everythingIsThereAfterwards(int version) throws Exception {
        everythingIsThere(store(version));
    }

    /** H2 commits each statement of a migration: an upgrade that stops half-way must not change the file. */
    @Test
    void anUpgradeThatFailsLeavesTheStoreAsItWas() throws Exception {
        Path file = store(3);
        sql(file, "CREATE TABLE labeler_pause (id BIGINT)"); // V7 creates it, too, after it has changed other tables
        Files.writeString(folder.resolve("labels.mv.db.upgrade.mv.db"), "left by a killed process");
        assertThatThrownBy(() -> LabelStore.open(file))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("Failed to execute script V7");
        sql(file, "DROP TABLE labeler_pause");
        everythingIsThere(file);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("labels.mv.db"));
        }
    }

    @Test
    void anUpgradeKeepsALinkAndThePermissions() throws Exception {
        store(3);
        Path real = Files.move(
                folder.resolve("labels.mv.db"),
                Files.createDirectory(folder.resolve("disk")).resolve("l.mv.db"));
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-------"));
        Path link = Files.createSymbolicLink(folder.resolve("labels.mv.db"), real);
        everythingIsThere(link);
        assertThat(link).isSymbolicLink();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(real)))
                .isEqualTo("rw-------");
    }

    private static void sql(Path file, String statement) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + file + TRACELESS, "rlhf", "")) {
            connection.createStatement().execute(statement);
        }
    }

    /** A file of the first release, which used H2 2.5.252; it was not closed properly. */
    @Test
    void aFileThatANewerH2WroteIsOpened() throws Exception {
        Path file = folder.resolve("newer");
        try (InputStream packed = new GZIPInputStream(
                Objects.requireNonNull(getClass().getResourceAsStream("store-h2-2.5.252.mv.db.gz")))) {
            Files.copy(packed, folder.resolve("newer.mv.db"));
        }
        everythingIsThere(file);
    }

    private static Judgement ranking(
            List<Integer> ranks, List<List<String>> flags, @Nullable Double seconds, @Nullable String guideline) {
        return new Judgement(
                LabelKind.RANKING,
                new ArrayList<>(ranks),
                null,
                null,
                flags,
                false,
                false,
                null,
                null,
                seconds,
                guideline);
    }

    private static void everythingIsThere(Path file) throws Exception {
        for (int i = 0; i < 2; i++) {
            try (LabelStore store = LabelStore.openExisting(file)) {
                List<RankedTask> tasks = store.tasks("first");
                assertThat(tasks).extracting(RankedTask::id).containsExactly("a", "b", "c");
                assertThat(tasks).extracting(RankedTask::isGold).containsOnly(false);
                assertThat(tasks.get(0).rankings())
                        .containsExactly(
                                new Label(
                                        "Ada",
                                        LabelerKind.PERSON,
                                        ranking(
                                                List.of(2, 1, 2),
                                                List.of(List.of(), List.of("hallucinates"), List.of()),
                                                12.5,
                                                "bbbbbbbbbbbb")),
                                new Label(
                                        "simulated-1",
                                        LabelerKind.SIMULATED,
                                        ranking(
                                                List.of(1, 1, 1),
                                                List.of(List.of("fails_task", "harmful"), List.of(), List.of()),
                                                null,
                                                null)));
                assertThat(tasks.get(1).rankings())
                        .containsExactly(new Label(
                                "Ada", LabelerKind.PERSON, ranking(List.of(3, 1, 2), List.of(), 4.0, "aaaaaaaaaaaa")));
                assertThat(tasks)
                        .flatExtracting(RankedTask::completions)
                        .extracting(Completion::ended)
                        .containsOnly(true);
                assertThat(tasks.get(2).prompt().messages()).hasSize(2);
                assertThat(store.tasks("later")).hasSize(1);
                assertThat(store.guidelines())
                        .contains(new Guidelines("bbbbbbbbbbbb", "Rank well.", Instant.parse("2026-11-01T09:00:00Z")));
                assertThat(TestBatches.settings(store, "later"))
                        .isEqualTo(new BatchSettings(
                                1, 5, true, null, false, false, BatchSettings.DEFAULT_FLAGS, 0, null, null));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("earlierVersions")
    void labelersContinueAfterAMigration(int version) throws Exception {
        Instant then = Instant.parse("2026-11-01T10:10:00Z");
        try (LabelStore store = LabelStore.open(store(version), () -> then)) {
            Labeler ada = TestLabelers.person(store, "Ada");
            Labeler bo = TestLabelers.person(store, "Bo");
            LabelerService service = store.labelerService();
            // 3 tasks times 2 and one of the paused batch; task b has one ranking, and one claim of Bo's.
            assertThat(service.progress(ada, ZoneOffset.UTC))
                    .isEqualTo(new LabelingProgress("Ada", 2, 0, 2, 16.5, 3, 7));
            GivenTask held = service.next(bo, Duration.ofMinutes(30)).orElseThrow();
            assertThat(held.shown().completions()).containsExactly("answer 1", "answer 0", "answer 2");
            service.sawGuidelines(bo, "bbbbbbbbbbbb");
            service.submit(bo, held.id(), new Submission("key-00009", List.of(1, 2, 3), null, null));
            assertThat(service.progress(bo, ZoneOffset.UTC).rankings()).isEqualTo(4);
            assertThat(store.tasks("first").get(1).rankings().get(1).ranks()).containsExactly(2, 1, 3);

            long first = service.history(ada, null, 10).labels().getFirst().task();
            assertThat(service.revisions(ada, first))
                    .extracting(Revision::number)
                    .containsExactly(1, 2);
            assertThat(service.task(ada, first).editable()).isTrue();
        }
    }

    @Test
    void usersAreThereAfterAMigration() throws Exception {
        try (LabelStore store = LabelStore.openExisting(store(2))) {
            assertThat(store.access().users()).anySatisfy(user -> {
                assertThat(user.labeler().name()).isEqualTo("Lead");
                assertThat(user.role()).isEqualTo(Role.ADMIN);
            });
            assertThat(store.access().baseUrl()).contains(URI.create("https://labels.example/"));
            assertThat(store.access().audit(null, 10)).hasSize(1);
        }
    }

    @Test
    void readingDoesNotMigrateAnOldStore() throws Exception {
        Path file = store(1);
        assertThatThrownBy(() -> LabelStore.openReadOnly(file))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("an earlier version of rlhf")
                .message()
                .doesNotContain("\n");
    }
}
