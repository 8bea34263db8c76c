package dev.rlhf.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.FailedRunException;
import dev.rlhf.report.log.Metrics;
import dev.rlhf.report.log.SampleRow;
import dev.rlhf.report.log.Series;
import dev.rlhf.stage.InterruptedRunException;
import dev.rlhf.tensor.Torch;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TestDevice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingLoopTest {
    /** A trainer without a model, whose evaluations and saved states are empty. */
    private abstract static class FakeTrainer implements Trainer {
        @Override
        public List<Optimizer> optimizers() {
            return List.of();
        }

        @Override
        public Map<String, NDArray> state() {
            return Map.of();
        }
    }

    /** Applies some of its updates and skips the others. */
    private static final class SomeGoodSteps extends FakeTrainer {
        private final LongPredicate good;
        private Map<String, Double> evaluated = Map.of();
        private long skipped;
        private long applied;

        SomeGoodSteps(LongPredicate good) {
            this.good = good;
        }

        static SomeGoodSteps only(long step) {
            return new SomeGoodSteps(one -> one == step);
        }

        static SomeGoodSteps allBut(long step) {
            return new SomeGoodSteps(one -> one != step);
        }

        static SomeGoodSteps none() {
            return new SomeGoodSteps(_ -> false);
        }

        @Override
        public Map<String, Double> step(long step, boolean logged) {
            skipped += good.test(step) ? 0 : 1;
            applied += good.test(step) ? 1 : 0;
            return Map.of("loss", 1.0, "num_tokens", 1.0);
        }

        @Override
        public Map<String, Double> evaluate() {
            return evaluated;
        }

        @Override
        public List<Optimizer.Counts> stepCounts() {
            return List.of(new Optimizer.Counts(applied, skipped));
        }
    }

    @Test
    void skippedUpdatesAreReportedAndCountedAcrossAResume(@TempDir Path folder) throws Exception {
        TestContext context = TestContext.running();
        try (Torch torch = TestDevice.open()) {
            loop(folder, 4, 4, context).run(torch, SomeGoodSteps.allBut(2), () -> folder);
            assertThat(context.printed()).contains("step 2: gradients are not finite; the update was skipped");
            assertThat(Files.readAllLines(folder.resolve("metrics.jsonl")).getLast())
                    .contains("\"skipped_steps\":1");

            Path resumed = Files.createDirectory(folder.resolve("resumed"));
            loop(resumed, 4, 3, context).run(torch, SomeGoodSteps.allBut(2), () -> folder);
            Map<String, Double> figures =
                    loop(resumed, 5, 3, context).run(torch, SomeGoodSteps.allBut(2), () -> folder);
            assertThat(figures).containsEntry("skipped_steps", 1.0);
        }
    }

    @Test
    void aRunFailsIfAllUpdatesWereSkippedCountingThoseBeforeAResume(@TempDir Path folder) throws Exception {
        TestContext context = TestContext.running();
        try (Torch torch = TestDevice.open()) {
            assertThatThrownBy(() -> loop(folder, 4, 0, context).run(torch, SomeGoodSteps.none(), () -> folder))
                    .isInstanceOf(FailedRunException.class)
                    .hasMessageStartingWith("test: none of the 4 updates was applied")
                    .hasMessageContaining("no model is saved");

            Path resumed = Files.createDirectory(folder.resolve("resumed"));
            loop(resumed, 4, 3, context).run(torch, SomeGoodSteps.only(3), () -> folder);
            assertThat(loop(resumed, 5, 3, context).run(torch, SomeGoodSteps.none(), () -> folder))
                    .containsEntry("skipped_steps", 4.0);
        }
    }

    @Test
    void aDivergedRunFailsAndSavesNoModelEvenAfterAResume(@TempDir Path folder) throws Exception {
        TestContext context = TestContext.running();
        List<String> saved = new ArrayList<>();
        ModelSaver saver = () -> {
            saved.add("model");
            return folder;
        };
        try (Torch torch = TestDevice.open()) {
            assertThatThrownBy(() -> loop(folder, 6, 0, context).run(torch, SomeGoodSteps.only(1), saver))
                    .isInstanceOf(FailedRunException.class)
                    .hasMessageStartingWith("test: the last 5 updates were skipped")
                    .hasMessageContaining("no model is saved");
            Path resumed = Files.createDirectory(folder.resolve("resumed"));
            assertThatThrownBy(() -> loop(resumed, 5, 4, context).run(torch, SomeGoodSteps.only(1), saver))
                    .isInstanceOf(FailedRunException.class);
            assertThatThrownBy(() -> loop(resumed, 5, 4, context).run(torch, SomeGoodSteps.none(), saver))
                    .isInstanceOf(FailedRunException.class)
                    .hasMessageStartingWith("test: the last 4 updates were skipped");
            assertThat(saved).isEmpty();
        }
    }

    /** The first optimizer is ahead of the second until step 6, and then skips all of its updates. */
    private static final class AheadAndThenDiverges extends FakeTrainer {
        private final boolean skips;
        private final long[] applied = {0, 0};
        private final long[] skipped = {0, 0};

        /** @param skips whether the second one skips half of its updates until then; otherwise it has none */
        AheadAndThenDiverges(boolean skips) {
            this.skips = skips;
        }

        @Override
        public Map<String, Double> step(long step, boolean logged) {
            boolean ahead = step <= 6;
            applied[0] += ahead ? 2 : 0;
            skipped[0] += ahead ? 0 : 2;
            applied[1] += ahead ? (skips ? 1 : 0) : 2;
            skipped[1] += ahead && skips ? 1 : 0;
            return Map.of("loss", 1.0, "num_tokens", 1.0);
        }

        @Override
        public List<Optimizer.Counts> stepCounts() {
            return List.of(new Optimizer.Counts(applied[0], skipped[0]), new Optimizer.Counts(applied[1], skipped[1]));
        }
    }

    @Test
    void oneOfTwoModelsThatDivergesFailsTheRunAlsoIfTheOtherHasFewerUpdates(@TempDir Path folder) throws Exception {
        try (Torch torch = TestDevice.open()) {
            for (boolean skips : new boolean[] {true, false}) {
                TrainingLoop loop = loop(folder.resolve("run-" + skips), 9, 0, TestContext.running());
                assertThatThrownBy(() -> loop.run(torch, new AheadAndThenDiverges(skips), () -> folder))
                        .isInstanceOf(FailedRunException.class)
                        .hasMessageStartingWith("test: the last 3 updates were skipped");
            }
        }
    }

    @Test
    void aStepThatIsLoggedAndEvaluatedHasOneRow(@TempDir Path folder) throws Exception {
        SomeGoodSteps trainer = SomeGoodSteps.allBut(2);
        trainer.evaluated = Map.of("eval_loss", 0.5);
        try (Torch torch = TestDevice.open()) {
            new TrainingLoop("test", folder, 7, 2.5, 3, 2, 0, TestContext.running(), System::nanoTime)
                    .run(torch, trainer, () -> folder);
        }
        assertThat(Metrics.read(folder).find("loss").orElseThrow().points())
                .extracting(Series.Point::step)
                .containsExactly(1L, 3L, 6L, 7L);
        assertThat(Metrics.read(folder).find("eval_loss").orElseThrow().points())
                .extracting(Series.Point::step)
                .containsExactly(2L, 4L, 6L, 7L);
        assertThat(Files.readAllLines(folder.resolve("metrics.jsonl")))
                .hasSize(6)
                .last()
                .asString()
                .contains("\"step\":7,", "\"loss\":1,", "\"eval_loss\":0.5");
        assertThat(Metrics.read(folder).find("epoch").orElseThrow().points())
                .as("in every row, also those of an evaluation alone; 2.5 steps are an epoch")
                .extracting(Series.Point::value)
                .containsExactly(0.4, 0.8, 1.2, 1.6, 2.4, 2.8);
    }

    /** Takes a second and 8 tokens per step, 100 seconds per evaluation, 10,000 per saved state. */
    private static final class SlowBesidesTraining extends FakeTrainer {
        private long seconds;

        @Override
        public Map<String, Double> step(long step, boolean logged) {
            seconds += 1;
            return Map.of("loss", 1.0, "num_tokens", 8.0);
        }

        @Override
        public Map<String, Double> evaluate() {
            seconds += 100;
            return Map.of("eval_loss", 0.5);
        }

        @Override
        public Map<String, NDArray> state() {
            seconds += 10_000;
            return Map.of();
        }

        @Override
        public List<SampleRow> samples() {
            seconds += 1_000_000;
            return List.of();
        }

        @Override
        public List<Optimizer.Counts> stepCounts() {
            return List.of(new Optimizer.Counts(1, 0));
        }
    }

    @Test
    void evaluatingAndSavingAtAnyStepDoNotCountAsTrainingTime(@TempDir Path folder) throws Exception {
        SlowBesidesTraining trainer = new SlowBesidesTraining();
        try (Torch torch = TestDevice.open()) {
            // Logged: 1, 4, 8, 12. Evaluated: 3, 6, 9, 12. Saved: 5, 10.
            LongSupplier clock = () -> trainer.seconds * 1_000_000_000L;
            new TrainingLoop("test", folder, 12, 0, 4, 3, 5, TestContext.running(), clock)
                    .run(torch, trainer, () -> folder);
        }
        assertThat(Metrics.read(folder).find("tokens_per_second").orElseThrow().points())
                .hasSize(4)
                .allSatisfy(point -> assertThat(point.value()).isEqualTo(8.0));
        assertThat(trainer.seconds)
                .as("evaluations and saved states did take time")
                .isEqualTo(4_020_412);
    }

    /** Adds the number of the step to a weight and to a counter. Step n has n tokens and a sample. */
    private static final class Adding extends FakeTrainer {
        private final NDArray weight;
        private final Torch torch;
        private final List<Long> steps = new ArrayList<>();
        private long sum;

        Adding(Torch torch) {
            this.torch = torch;
            this.weight = torch.floats(new float[1], 1);
        }

        @Override
        public Map<String, Double> step(long step, boolean logged) {
            steps.add(step);
            torch.kernels().invoke("assign", weight, torch.floats(new float[] {weight.getFloat() + step}, 1));
            sum += step;
            return Map.of("loss", 1.0, "num_tokens", (double) step);
        }

        @Override
        public Map<String, Double> evaluate() {
            return Map.of("eval_loss", 0.5);
        }

        @Override
        public Map<String, NDArray> state() {
            return Map.of("weight", weight);
        }

        @Override
        public void saveCounters(ObjectNode counters) {
            counters.put("sum", sum);
        }

        @Override
        public void restoreCounters(ObjectNode counters) {
            sum = counters.path("sum").asLong();
        }

        @Override
        public List<SampleRow> samples() {
            return List.of(SampleRow.of("prompt", "completion " + steps.getLast(), 1));
        }

        @Override
        public List<Optimizer.Counts> stepCounts() {
            return List.of(new Optimizer.Counts(steps.size(), 0));
        }
    }

    @Test
    void aRunThatIsStoppedGoesOnWithItsTensorsCountersAndTokens(@TempDir Path folder) throws Exception {
        TestContext stopping = TestContext.stoppingAt(2);
        try (Torch torch = TestDevice.open()) {
            Adding first = new Adding(torch);
            assertThatThrownBy(() -> loop(folder, 4, 0, stopping).run(torch, first, () -> folder))
                    .isInstanceOf(InterruptedRunException.class)
                    .hasMessageStartingWith("stopped after step 2 of 4; saved in");
            TestContext running = TestContext.running();
            Adding second = new Adding(torch);
            assertThat(loop(folder, 4, 0, running).run(torch, second, () -> folder))
                    .containsExactlyInAnyOrderEntriesOf(
                            Map.of("eval_loss", 0.5, "num_tokens", 10.0, "skipped_steps", 0.0));
            assertThat(running.printed())
                    .contains("resuming after step 2, from " + folder)
                    .contains("step 4: eval_loss 0.5");
            assertThat(second.steps).containsExactly(3L, 4L);
            assertThat(second.weight.getFloat()).isEqualTo(1 + 2 + 3 + 4);
            assertThat(second.sum).isEqualTo(1 + 2 + 3 + 4);
        }
        assertThat(folder.resolve("samples/step-000001.jsonl")).content().contains("completion 1");
        assertThat(folder.resolve("samples/step-000004.jsonl")).content().contains("completion 4");
    }

    @Test
    void aStopDuringTheLastStepIsTooLateToStop(@TempDir Path folder) throws Exception {
        List<String> saved = new ArrayList<>();
        ModelSaver saver = () -> {
            saved.add("model");
            return folder;
        };
        try (Torch torch = TestDevice.open()) {
            loop(folder, 2, 1, TestContext.stoppingAt(2)).run(torch, new Adding(torch), saver);
            assertThat(saved).hasSize(1);
            assertThat(folder.resolve("state/step-000001")).isDirectory();
            assertThat(folder.resolve("state/step-000002")).doesNotExist();
        }
    }

    @Test
    void aRunWhoseStepsAreAllDoneSavesItsModel(@TempDir Path folder) throws Exception {
        List<String> saved = new ArrayList<>();
        ModelSaver saver = () -> {
            saved.add("model");
            return folder;
        };
        try (Torch torch = TestDevice.open()) {
            assertThatThrownBy(
                            () -> loop(folder, 3, 0, TestContext.stoppingAt(2)).run(torch, new Adding(torch), saver))
                    .isInstanceOf(InterruptedRunException.class);
            assertThat(saved).isEmpty();
            Adding shorter = new Adding(torch);
            loop(folder, 2, 0, TestContext.running()).run(torch, shorter, saver);
            assertThat(saved).hasSize(1);
            assertThat(shorter.steps).isEmpty();
            assertThat(shorter.weight.getFloat()).isEqualTo(3);
        }
    }

    @Test
    void whatFailsOnceTheModelIsSavedNamesTheModel(@TempDir Path folder) {
        try (Torch torch = TestDevice.open()) {
            Adding trainer = new Adding(torch);
            Path model = folder.resolve("model");
            assertThatThrownBy(() -> loop(folder, 1, 0, TestContext.running()).run(torch, trainer, () -> {
                        trainer.steps.clear(); // so that its samples fail
                        return model;
                    }))
                    .isInstanceOf(FailedRunException.class)
                    .hasMessageStartingWith(
                            "training is done and the model is in " + model + ", but a later step failed: ");
        }
    }

    private static TrainingLoop loop(Path folder, long maxSteps, int saveSteps, TestContext context) {
        return new TrainingLoop("test", folder, maxSteps, 0, 10, 0, saveSteps, context, System::nanoTime);
    }
}
