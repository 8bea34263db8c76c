package dev.rlhf.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Families;
import dev.rlhf.model.lora.LoraConfig;
import dev.rlhf.model.lora.ModulePattern;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.model.quantized.Quantization;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import dev.rlhf.testing.Options;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
    private static final long GIB = 1L << 30;
    private static final MemoryOptions PLAIN = new MemoryOptions(false);
    private static final MemoryOptions CHECKPOINTING = new MemoryOptions(true);

    private static Torch torch;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream console = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @BeforeAll
    static void open() {
        torch = Torch.open("cpu");
    }

    @AfterAll
    static void close() {
        torch.close();
    }

    private static CausalLm gpt2(int layers) {
        ObjectNode json = Json.mapper().createObjectNode().put("model_type", "gpt2");
        json.put("n_layer", layers).put("n_head", 2).put("n_positions", 128).put("n_embd", 32);
        json.put("vocab_size", 100).put("attn_pdrop", 0.1).put("resid_pdrop", 0).put("embd_pdrop", 0);
        return CausalLm.create(torch, Families.read(json, "config"), Dtype.FLOAT32, 1);
    }

    private static PassMemory pass(CausalLm model, boolean checkpointing, int labels, boolean dropout) {
        return PassMemory.recorded(
                torch, model.config(), model.parameters(), checkpointing, 2, 50, labels, dropout, true);
    }

    @Test
    void activationsAreThoseOfTheKernels() {
        try (CausalLm model = gpt2(3)) {
            // per token and layer: 8 states of 32, twice the 128 of the MLP; after the layers 2 states and 2 of labels
            long layer = 100 * 4 * (8 * 32 + 2 * 128);
            long last = 100 * 32 * 4 * 2 + 100 * 32 * 4 * 2;
            assertThat(pass(model, false, 100, false).activations()).isEqualTo(3 * layer + last);
            assertThat(pass(model, true, 100, false).activations()).isEqualTo(layer + 3 * 100 * 32 * 4 + last);
            // with dropout, three tensors of all pairs of a head's 50 positions
            assertThat(pass(model, false, 100, true).activations())
                    .isEqualTo(3 * (layer + 100 * 4 * 3 * 2 * 50) + last);
            assertThat(pass(model, false, 100, false).logits()).isEqualTo(4 * 4 * 100 * 100 + 4 * 100 * 32);
            assertThat(pass(model, false, 0, false).logits()).isEqualTo(4 * 100 * 32); // a scalar head
        }
    }

    @Test
    void thePlanAddsTheLargestPassToPermanentMemory() {
        try (CausalLm model = gpt2(2);
                CausalLm frozen = gpt2(1)) {
            MemoryCheck.of(
                    torch,
                    console,
                    (checkpointing, rows) -> new MemoryPlan(torch)
                            .trained(model.parameters(), Options.of(OptimizerOptions.class))
                            .frozen(frozen.parameters())
                            .pass(new PassMemory(GIB, GIB / 2))
                            .pass(new PassMemory(GIB / 4, GIB / 4))
                            .rollout(1, 3 * GIB, 0, 1),
                    PLAIN,
                    4,
                    100 * GIB);
            Matcher plan = Pattern.compile("memory plan, GiB: weights 0\\.00, gradients 0\\.00, optimizer 0\\.00,"
                            + " activations 1\\.00, logits 0\\.50, rollout 3\\.00 \\(freed before the passes\\),"
                            + " program (\\d+\\.\\d\\d);"
                            + " at most (\\d+\\.\\d\\d) of 100\\.0\\R")
                    .matcher(printed.toString(StandardCharsets.UTF_8));
            assertThat(plan.matches())
                    .as(printed.toString(StandardCharsets.UTF_8))
                    .isTrue();
            assertThat(Double.parseDouble(plan.group(2)) - Double.parseDouble(plan.group(1)))
                    .as("the rollout needs more than the largest pass")
                    .isCloseTo(3, within(0.02));
        }
    }

    @Test
    void passesOfVaryingSizeLeaveGapsInTheHeap() {
        MemoryCheck.of(
                torch,
                console,
                (checkpointing, rows) -> new MemoryPlan(torch).varying(true).pass(new PassMemory(4 * GIB, GIB)),
                PLAIN,
                4,
                100 * GIB);
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("activations 5.00, logits 1.00");
    }

    @Test
    void aFrozenVocabularyMatrixIsCopiedForItsProducts() {
        Path folder = Path.of("src/test/resources/golden/models/llama");
        LoraConfig lora = LoraConfig.of(2, 4, 0, false, ModulePattern.of(List.of("all-linear")), List.of());
        try (CausalLm adapted = CausalLm.adapt(torch, folder, Precision.of(Dtype.BFLOAT16), lora, 1)) {
            long vocabulary = adapted.config().vocabSize();
            assertThat(pass(adapted, false, 100, false).logits())
                    .isEqualTo(100 * vocabulary * (4 * 4 + 4)
                            + 2 * vocabulary * adapted.config().hiddenSize());
        }
    }

    @Test
    void aRunThatDoesNotFitIsRefusedWithWhatWouldMakeItFit() {
        MemoryCheck.Variants variants = (checkpointing, rows) ->
                new MemoryPlan(torch).pass(new PassMemory((checkpointing ? 5 : 50) * rows * GIB, 0));
        assertThatThrownBy(() -> MemoryCheck.of(torch, console, variants, PLAIN, 8, 60 * GIB))
                .isInstanceOf(InputException.class)
                .hasMessageMatching("this run needs about 40\\d\\.\\d GiB, but the machine has 60\\.0; it would fit"
                        + " with gradient_checkpointing: true \\(4\\d\\.\\d GiB\\), or with"
                        + " per_device_train_batch_size: 1 \\(5\\d\\.\\d GiB\\)");
        assertThatThrownBy(() -> MemoryCheck.of(torch, console, variants, PLAIN, 8, 25 * GIB))
                .hasMessageContaining("it would fit with per_device_train_batch_size: 4 and gradient_checkpointing:");
        assertThatThrownBy(() -> MemoryCheck.of(torch, console, variants, CHECKPOINTING, 8, 25 * GIB))
                .hasMessageContaining("it would fit with per_device_train_batch_size: 4 (2");
        assertThatThrownBy(() -> MemoryCheck.of(torch, console, variants, PLAIN, 8, 4 * GIB))
                .hasMessageContaining("no batch size makes it fit: try weights in 4 bits");
    }

    @Test
    void aRolloutThatDoesNotFitIsRefusedWithFewerEpisodes() {
        MemoryCheck.Variants variants = (checkpointing, rows) ->
                new MemoryPlan(torch).pass(new PassMemory(GIB, 0)).rollout(64, 64 * GIB, 0, 1);
        assertThatThrownBy(() -> MemoryCheck.of(torch, console, variants, PLAIN, 8, 20 * GIB))
                .hasMessageContaining("it would fit with rollout_batch_size: 16 (1");
    }

    /** Only what the run does not use yet is recommended. */
    @Test
    void eightBitMomentsAndOtherMethodsAreRecommendedIfNoBatchSizeFits() {
        try (CausalLm model = gpt2(60)) { // 3 MB of weights, 6 MB of moments
            long others = planned(1) - GIB; // the process itself
            MemoryCheck.Variants plain = training(model, Options.of(OptimizerOptions.class));
            long needed = MemoryCheck.of(torch, console, plain, CHECKPOINTING, 1, 100 * GIB)
                    .planned();
            assertThat(needed).isGreaterThan(others);
            assertThatThrownBy(() -> MemoryCheck.of(torch, console, plain, CHECKPOINTING, 1, needed - (2 << 20)))
                    .hasMessageContaining("it would fit with optim: adamw_8bit, gradient_checkpointing: true and"
                            + " per_device_train_batch_size: 1");
            MemoryCheck.Variants eightBits = training(model, Options.of(OptimizerOptions.class, "optim", "adamw_8bit"));
            assertThatThrownBy(() -> MemoryCheck.of(torch, console, eightBits, CHECKPOINTING, 1, 10 << 20))
                    .hasMessageEndingWith("no batch size makes it fit: try adapters (use_peft: true), these on weights"
                            + " in 4 bits (load_in_4bit: true), dtype: bfloat16, shorter sequences or a smaller model");
        }
        Path folder = Path.of("src/test/resources/golden/models/llama");
        LoraConfig lora = LoraConfig.of(2, 4, 0, false, ModulePattern.of(List.of("all-linear")), List.of());
        Precision four = new Precision(Dtype.BFLOAT16, Quantization.NF4);
        try (CausalLm adapted = CausalLm.adapt(torch, folder, four, lora, 1)) {
            MemoryCheck.Variants variants = training(adapted, Options.of(OptimizerOptions.class));
            assertThatThrownBy(() -> MemoryCheck.of(torch, console, variants, CHECKPOINTING, 1, 10 << 20))
                    .hasMessageEndingWith("no batch size makes it fit: try shorter sequences or a smaller model");
        }
    }

    private static MemoryCheck.Variants training(CausalLm model, OptimizerOptions options) {
        return (checkpointing, rows) -> new MemoryPlan(torch).trained(model.parameters(), options);
    }

    /** It keeps what each input is multiplied by, and the product. */
    @Test
    void dropoutOfAdaptersNeedsTwoMoreTensorsOfEachInput() {
        Path folder = Path.of("src/test/resources/golden/models/llama");
        ModulePattern all = ModulePattern.of(List.of("all-linear"));
        try (CausalLm plain = CausalLm.adapt(
                        torch, folder, Precision.of(Dtype.FLOAT32), LoraConfig.of(2, 4, 0, false, all, List.of()), 1);
                CausalLm dropped = CausalLm.adapt(
                        torch,
                        folder,
                        Precision.of(Dtype.FLOAT32),
                        LoraConfig.of(2, 4, 0.1, false, all, List.of()),
                        1)) {
            long inputs = plain.config().linearModules().stream()
                    .mapToLong(module -> module.in())
                    .sum();
            assertThat((double) pass(dropped, false, 100, false).activations())
                    .isCloseTo(pass(plain, false, 100, false).activations() + 100.0 * 2 * 4 * inputs, within(2.0));
            assertThat(PassMemory.recorded(
                            torch, dropped.config(), dropped.parameters(), false, 2, 50, 100, false, false))
                    .as("in PPO, which applies none")
                    .isEqualTo(pass(plain, false, 100, false));
        }
    }

    /** A rollout does not copy the weights if that would take more than half of the remaining memory. */
    @Test
    void aCopyOfTheWeightsForGenerationCountsOnlyIfItIsMade() {
        MemoryCheck.Variants variants = (checkpointing, rows) -> new MemoryPlan(torch).rollout(1, GIB, 3 * GIB, 1);
        MemoryCheck.of(torch, console, variants, PLAIN, 8, 60 * GIB);
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("rollout 4.00 (freed before the passes)");
        printed.reset();
        MemoryCheck.of(torch, console, variants, PLAIN, 8, 6 * GIB);
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("rollout 1.00 (freed before the passes)");
    }

    /** They are loaded after a thousand steps ({@code Kernels.callOften}) and never freed. */
    @Test
    void inlinedKernelsCountIfTheRunGeneratesEnoughStepsToLoadThem() {
        long few = planned(1000);
        assertThat(planned(1001) - few).isCloseTo(48L << 20, within(20L << 20));
        assertThat(planned(1000) - few).isCloseTo(0L, within(20L << 20));
    }

    private long planned(long steps) {
        MemoryCheck.Variants variants = (checkpointing, rows) -> new MemoryPlan(torch).rollout(1, GIB, 0, steps);
        return MemoryCheck.of(torch, console, variants, PLAIN, 8, 60 * GIB).planned();
    }

    /** Layers are always recomputed, and each is dequantised for its backward pass. */
    @Test
    void aQuantisedModelHoldsTheWeightsOfOneLayer() {
        Path folder = Path.of("src/test/resources/golden/models/llama");
        LoraConfig lora = LoraConfig.of(2, 4, 0, false, ModulePattern.of(List.of("all-linear")), List.of());
        try (CausalLm plain = CausalLm.adapt(torch, folder, Precision.of(Dtype.FLOAT32), lora, 1);
                CausalLm four =
                        CausalLm.adapt(torch, folder, new Precision(Dtype.FLOAT32, Quantization.NF4), lora, 1)) {
            assertThat(pass(four, false, 100, false)).isEqualTo(pass(four, true, 100, false));
            List<Long> sizes = four.config().linearModules().stream()
                    .map(module -> module.in() * module.out())
                    .toList();
            long layer = 4
                    * sizes.stream().mapToLong(Long::longValue).sum()
                    / four.config().layers();
            long temporary = 8 * sizes.stream().mapToLong(Long::longValue).max().orElseThrow();
            assertThat((double) pass(four, true, 100, false).activations())
                    .isCloseTo(pass(plain, true, 100, false).activations() + (layer + temporary), within(2.0));
            assertThat(pass(four, true, 100, false).logits())
                    .isEqualTo(pass(plain, true, 100, false).logits());
        }
    }

    @Test
    void momentsIn8BitsTakeAQuarterExceptOfSmallParameters() {
        OptimizerOptions plain = Options.of(OptimizerOptions.class);
        OptimizerOptions eight = Options.of(OptimizerOptions.class, "optim", "adamw_8bit");
        List<NDArray> parameters = List.of(
                torch.manager().zeros(new Shape(100, 300)), torch.manager().zeros(new Shape(300)));
        assertThat(plain.momentBytes(parameters)).isEqualTo(8 * 30_300);
        int blocks = 118; // the last one is not full
        assertThat(eight.momentBytes(parameters)).isEqualTo(2 * blocks * (256 + 4) + 8 * 300);
        parameters.forEach(NDArray::close);
    }
}
