package dev.rlhf.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.testing.Golden;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.Worst;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoopTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "linear",
                "cosine",
                "constant",
                "constant_with_warmup",
                "inverse_sqrt",
                "cosine_with_min_lr",
                "warmup_stable_decay",
                "warmup_stable_decay:min"
            })
    void schedulesMatchTransformers(String name) {
        Golden golden = Golden.of("optim/schedules");
        JsonNode values = golden.values();
        Map<String, Object> kwargs =
                Json.mapper().convertValue(values.get("settings").get(name), new TypeReference<>() {});
        Schedule schedule = Schedule.of(
                LrSchedulerType.valueOf(name.split(":")[0].toUpperCase(Locale.ROOT)),
                values.get("num_warmup_steps").asLong(),
                values.get("num_training_steps").asLong(),
                kwargs);
        JsonNode multipliers = values.get("multipliers").get(name);
        assertThat(multipliers.size()).isEqualTo(51);
        try (Worst worst = golden.worst(name, 0, 1e-12)) {
            for (int step = 0; step < multipliers.size(); step++) {
                worst.add(schedule.multiplier(step), multipliers.get(step).asDouble());
            }
        }
    }

    /** From {@code transformers.get_scheduler} (5.24) with 20 training steps. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "COSINE | 4 | {\"num_cycles\": 1.5} | 5 | 0.9157348061512727",
                "COSINE | 4 | {\"num_cycles\": 1.5} | 18 | 0.3086582838174551",
                "COSINE_WITH_MIN_LR | 4 | {\"num_cycles\": 1.5, \"min_lr_rate\": 0.2} | 6 | 0.7530733729460359",
                "COSINE_WITH_MIN_LR | 0 | {\"num_cycles\": 0, \"min_lr_rate\": 0.2} | 6 | 1",
                "INVERSE_SQRT | 0 | {} | 19 | 0.9990513516101199",
                "INVERSE_SQRT | 4 | {\"timescale\": 9} | 12 | 0.7276068751089989",
                "WARMUP_STABLE_DECAY | 4 | {\"num_decay_steps\": 8, \"min_lr_ratio\": 0.1, "
                        + "\"warmup_type\": \"cosine\"} | 1 | 0.2318019484660536",
                "WARMUP_STABLE_DECAY | 4 | {\"num_decay_steps\": 8, \"min_lr_ratio\": 0.1, "
                        + "\"warmup_type\": \"1-sqrt\"} | 1 | 0.22057713659400527",
                "WARMUP_STABLE_DECAY | 4 | {\"num_decay_steps\": 8, \"min_lr_ratio\": 0.1, "
                        + "\"decay_type\": \"linear\"} | 15 | 0.6625",
                "WARMUP_STABLE_DECAY | 4 | {\"num_decay_steps\": 8, \"num_stable_steps\": 2, "
                        + "\"num_cycles\": 0.25} | 9 | 0.9157348061512727",
                "WARMUP_STABLE_DECAY | 4 | {\"num_decay_steps\": 8, \"num_stable_steps\": 2} | 14 | 0"
            })
    void argumentsOfASchedulerHaveTheirEffectInTransformers(
            LrSchedulerType type, long warmup, String kwargs, long step, double multiplier) throws Exception {
        Map<String, Object> map = Json.mapper().readValue(kwargs, new TypeReference<>() {});
        assertThat(Schedule.of(type, warmup, 20, map).multiplier(step)).isCloseTo(multiplier, within(1e-12));
    }

    @Test
    void warmUpByRatioRoundsUpAndStepsTakePrecedence() {
        assertThat(Schedule.warmupSteps(0, 0.03, 50)).isEqualTo(2);
        assertThat(Schedule.warmupSteps(7, 0.03, 50)).isEqualTo(7);
        assertThat(Schedule.warmupSteps(0, 0, 50)).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LINEAR | {\"min_lr_rate\": 0.1} | min_lr_rate: linear takes none",
                "COSINE | {\"min_lr_rate\": 0.1} | min_lr_rate: cosine takes num_cycles",
                "COSINE_WITH_MIN_LR | {} | cosine_with_min_lr needs min_lr_rate",
                "COSINE_WITH_MIN_LR | {\"min_lr_rate\": \"low\"} | min_lr_rate: low is not a number",
                "COSINE_WITH_MIN_LR | {\"min_lr_rate\": -1} | min_lr_rate: -1 is not a number of at least 0",
                "COSINE_WITH_MIN_LR | {\"min_lr_rate\": 1e999} | min_lr_rate: Infinity is not a number of at least 0",
                "WARMUP_STABLE_DECAY | {\"num_decay_steps\": 3, \"decay_type\": 7} | decay_type: 7 is not one of",
                "INVERSE_SQRT | {\"timescale\": 0} | timescale: 0 is out of bounds; must be > 0",
                "WARMUP_STABLE_DECAY | {\"num_stable_steps\": 3} | warmup_stable_decay needs num_decay_steps",
                "WARMUP_STABLE_DECAY | {\"num_decay_steps\": 3, \"decay_type\": \"steep\"} | decay_type: steep is "
                        + "not one of",
                "WARMUP_STABLE_DECAY | {\"num_decay_steps\": 3, \"warmup_type\": \"steep\"} | warmup_type: steep is "
                        + "not one of"
            })
    void wrongArgumentsOfASchedulerAreToldAtOnce(LrSchedulerType type, String kwargs, String message) throws Exception {
        Map<String, Object> map = Json.mapper().readValue(kwargs, new TypeReference<>() {});
        assertThatThrownBy(() -> Schedule.of(type, 5, 50, map))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("lr_scheduler_kwargs: ")
                .hasMessageContaining(message);
    }

    @Test
    void withoutStepsToDecayTheRateDropsAtOnceAsInTransformers() {
        Map<String, Object> kwargs = Map.of("num_stable_steps", 10, "num_decay_steps", 0, "min_lr_ratio", 0.1);
        Schedule schedule = Schedule.of(LrSchedulerType.WARMUP_STABLE_DECAY, 5, 50, kwargs);
        assertThat(schedule.multiplier(14)).isEqualTo(1);
        assertThat(schedule.multiplier(15)).isEqualTo(0.1);
    }

    @ParameterizedTest
    @CsvSource({"adam_beta1, 1", "adam_beta2, 1", "adam_epsilon, 0"})
    void settingsOfAdamThatMakeWeightsNaNAreRefused(String option, double value) {
        assertThatThrownBy(() -> Options.of(OptimizerOptions.class, option, value))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(option);
    }

    @ParameterizedTest
    @CsvSource({"1, 7, 7", "0.3, 7, 3", "1.1, 7, 8", "0.01, 7, 1", "2.5, 1, 3"})
    void aFractionOfAnEpochIsRoundedUpToWholeStepsAsInTransformers(double epochs, int stepsPerEpoch, long steps) {
        assertThat(new EpochOptions(-1, epochs).steps(stepsPerEpoch)).isEqualTo(steps);
        assertThat(new EpochOptions(4, epochs).steps(stepsPerEpoch)).isEqualTo(4);
    }

    @Test
    void aLapHasTheTimeOfEachPhaseAndTheRateAndThenResets() {
        AtomicLong now = new AtomicLong();
        LoopClock clock = new LoopClock(now::get);
        clock.time("generate", () -> now.addAndGet(1_500_000_000L));
        clock.time("update", () -> {
            now.addAndGet(250_000_000L);
        });
        clock.time("update", () -> {
            now.addAndGet(250_000_000L);
        });
        clock.tokens(300);
        clock.tokens(100);
        now.addAndGet(2_000_000_000L);
        assertThat(clock.lap())
                .containsExactly(
                        entry("timing_s/generate", 1.5),
                        entry("timing_s/update", 0.5),
                        entry("perf/seconds", 4.0),
                        entry("perf/tokens_per_second", 100.0));
        assertThat(clock.lap()).containsEntry("perf/tokens_per_second", 0.0).doesNotContainKey("timing_s/update");
    }

    @Test
    void aPhaseThatFailsIsTimedToo() {
        AtomicLong now = new AtomicLong();
        LoopClock clock = new LoopClock(now::get);
        Runnable failing = () -> {
            now.addAndGet(1_000_000_000L);
            throw new IllegalStateException("no");
        };
        assertThatThrownBy(() -> clock.time("score", failing)).hasMessage("no");
        assertThat(clock.lap()).containsEntry("timing_s/score", 1.0);
    }
}
