package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.api.Change;
import dev.rlhf.label.api.GivenTask;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.api.LabelingProgress;
import dev.rlhf.label.api.QualityLines;
import dev.rlhf.label.api.Submission;
import dev.rlhf.label.files.LabelFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldTest {
    private static final Duration LEASE = Duration.ofMinutes(30);

    @TempDir
    Path folder;

    private LabelStore store;

    @BeforeEach
    void open() throws Exception {
        store = LabelStore.open(folder.resolve("labels"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static RankedTask gold(String id) {
        RankedTask task = Samples.task(id, 2);
        return new RankedTask(id, task.prompt(), task.completions(), List.of(), List.of(), List.of(2, 1));
    }

    private static ImportOptions rate(double rate, int overlap) {
        return new ImportOptions(
                "b", Change.of().overlap(overlap).goldRate(rate).build());
    }

    private void importMixed(LabelStore target, int tasks, int golds, double rate, int overlap) {
        List<RankedTask> all = new ArrayList<>(Samples.tasks(tasks, 2));
        IntStream.range(0, golds).forEach(i -> all.add(gold("gold" + i)));
        target.importTasks(all, rate(rate, overlap));
    }

    /** Ranks all tasks and returns their prompts in the order in which the labeler was given them. */
    private static List<String> work(LabelStore target, String name) {
        Labeler labeler = TestLabelers.person(target, name);
        List<String> prompts = new ArrayList<>();
        for (Optional<GivenTask> task = target.labelerService().next(labeler, LEASE);
                task.isPresent();
                task = target.labelerService().next(labeler, LEASE)) {
            prompts.add(task.get().shown().messages().getFirst().content());
            target.labelerService()
                    .submit(labeler, task.get().id(), new Submission("key-12345", List.of(1, 2), null, null));
        }
        return prompts;
    }

    private static List<Integer> placesOfGold(List<String> prompts) {
        return IntStream.range(0, prompts.size())
                .filter(i -> prompts.get(i).contains("gold"))
                .boxed()
                .toList();
    }

    @Test
    void theGoldRateIsMetAndNoGoldTaskIsGivenTwice() {
        importMixed(store, 140, 120, 0.3, 1);
        List<String> prompts = work(store, "Ada");
        assertThat(prompts).doesNotHaveDuplicates();
        int golds = placesOfGold(prompts).size();
        assertThat(prompts).hasSize(140 + golds);
        // 140 tasks that are not gold come with about 60 gold ones; the standard deviation is sqrt(140 * 0.3) / 0.7 =
        // 9.3.
        assertThat(golds).isBetween(24, 96);
    }

    @Test
    void goldTasksDependOnTheLabelersNameAlone() throws Exception {
        importMixed(store, 25, 25, 0.3, 3);
        Map<String, List<String>> here = new HashMap<>();
        for (String name : List.of("Ada", "Bo", "Cy")) {
            here.put(name, work(store, name));
        }
        try (LabelStore other = LabelStore.open(folder.resolve("other"))) {
            importMixed(other, 25, 25, 0.3, 3);
            for (String name : List.of("Cy", "Ada", "Bo")) {
                assertThat(work(other, name)).isEqualTo(here.get(name));
            }
        }
        assertThat(here.values().stream().map(GoldTest::placesOfGold)).doesNotHaveDuplicates();
        assertThat(here.values().stream()
                        .map(prompts -> prompts.stream()
                                .filter(prompt -> prompt.contains("gold"))
                                .limit(5)
                                .toList()))
                .doesNotHaveDuplicates();
    }

    @Test
    void goldHasAPlaceForEverybodyWhileOtherTasksAreLeft() {
        importMixed(store, 30, 3, 0.5, 2);
        List<String> all = Stream.of("Ada", "Bo")
                .map(name -> work(store, name))
                .flatMap(List::stream)
                .filter(prompt -> prompt.contains("gold"))
                .toList();
        assertThat(all).hasSize(6);
        assertThat(work(store, "Cy")).isEmpty();
    }

    @Test
    void askingAgainGivesTheSameGoldTask() {
        importMixed(store, 20, 20, 0.5, 1);
        Labeler ada = TestLabelers.person(store, "Ada");
        for (int i = 0; i < 20; i++) {
            GivenTask first = store.labelerService().next(ada, LEASE).orElseThrow();
            assertThat(store.labelerService().next(ada, LEASE).orElseThrow().id())
                    .isEqualTo(first.id());
            store.labelerService().submit(ada, first.id(), new Submission("key-12345", List.of(1, 2), null, null));
        }
    }

    @Test
    void goldIsNotTrainedOnAndIsWrittenAndRead() throws Exception {
        importMixed(store, 20, 20, 0.5, 1);
        work(store, "Ada");
        assertThat(store.rankedTasks(null)).hasSize(20).noneMatch(RankedTask::isGold);
        List<RankedTask> all = store.tasks(null);
        assertThat(all.stream().filter(task -> task.isGold() && !task.rankings().isEmpty()))
                .isNotEmpty();
        Path file = folder.resolve("all.jsonl");
        LabelFiles.write(file, all);
        assertThat(LabelFiles.read(file)).isEqualTo(all);
        assertThat(store.importTasks(all, new ImportOptions("b", BatchChange.NONE))
                        .newTasks())
                .isZero();
        RankedTask other = new RankedTask(
                "gold0", gold("gold0").prompt(), gold("gold0").completions(), List.of(), List.of(), List.of(1, 2));
        assertThatThrownBy(() -> store.importTasks(List.of(other), new ImportOptions("b", BatchChange.NONE)))
                .hasMessageContaining("another gold");
    }

    @Test
    void progressDoesNotRevealGoldTasks() {
        importMixed(store, 50, 50, 0.3, 1);
        Labeler ada = TestLabelers.person(store, "Ada");
        LabelingProgress before = store.labelerService().progress(ada, ZoneOffset.UTC);
        assertThat(before.wanted()).isEqualTo(50 + 21);
        Map<Boolean, Integer> given = new HashMap<>();
        List<Integer> wanted = new ArrayList<>();
        for (Optional<GivenTask> task = store.labelerService().next(ada, LEASE);
                task.isPresent();
                task = store.labelerService().next(ada, LEASE)) {
            store.labelerService().submit(ada, task.get().id(), new Submission("key-12345", List.of(1, 2), null, null));
            LabelingProgress after = store.labelerService().progress(ada, ZoneOffset.UTC);
            assertThat(after.yours()).isEqualTo(before.yours() + 1);
            assertThat(after.rankings()).isEqualTo(before.rankings() + 1);
            given.merge(task.get().shown().messages().getFirst().content().contains("gold"), 1, Integer::sum);
            wanted.add(after.wanted());
            before = after;
        }
        assertThat(given.get(true)).isPositive();
        assertThat(before.rankings()).isEqualTo(before.wanted());
        assertThat(wanted.stream().limit(20).collect(Collectors.toSet())).containsExactly(50 + 21);
    }

    @Test
    void whatIsLeftDoesNotRevealGoldTasks() {
        importMixed(store, 30, 10, 0.3, 1);
        store.importTasks(Samples.tasks(20, 2), new ImportOptions("without", BatchChange.NONE));
        store.adminService().setQualityLines(new QualityLines(null, null, 10, 4), Actor.commandLine());
        Labeler ada = TestLabelers.person(store, "Ada");
        List<Integer> left = new ArrayList<>();
        int golds = 0;
        for (Optional<GivenTask> task = store.labelerService().next(ada, LEASE);
                task.isPresent();
                task = store.labelerService().next(ada, LEASE)) {
            left.add(store.labelerService().left(ada).open());
            golds += task.get().shown().messages().getFirst().content().contains("gold") ? 1 : 0;
            store.labelerService().submit(ada, task.get().id(), new Submission("key-12345", List.of(1, 2), null, null));
        }
        assertThat(golds).isGreaterThan(4);
        assertThat(left)
                .isEqualTo(IntStream.iterate(50 + golds, i -> i > 0, i -> i - 1)
                        .boxed()
                        .toList());
    }

    @Test
    void theNumberWantedDoesNotGrowWithEveryGoldTaskOfAQuiz() {
        importMixed(store, 60, 15, 0.05, 1);
        store.adminService().setQualityLines(new QualityLines(null, null, 10, 15), Actor.commandLine());
        Labeler ada = TestLabelers.person(store, "Ada");
        List<Integer> wanted = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            wanted.add(store.labelerService().progress(ada, ZoneOffset.UTC).wanted());
            GivenTask task = store.labelerService().next(ada, LEASE).orElseThrow();
            store.labelerService().submit(ada, task.id(), new Submission("key-12345", List.of(1, 2), null, null));
        }
        assertThat(wanted.stream().distinct()).containsExactly(60 + 3, 60 + 3 + 20);
    }
}
