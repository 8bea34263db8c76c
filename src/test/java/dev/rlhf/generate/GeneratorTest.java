package dev.rlhf.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.rlhf.base.InputException;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Input;
import dev.rlhf.model.lora.LoraConfig;
import dev.rlhf.model.lora.ModulePattern;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratorTest {
    private static final List<int[]> PROMPTS = List.of(
            new int[] {3, 4, 5, 6, 7}, new int[] {8}, new int[] {9, 10, 11}, new int[] {12, 13}, new int[] {14});

    @TempDir
    private Path folder;

    @Test
    void aCompletionDoesNotDependOnItsBatch() throws IOException {
        Path base = TinyModels.gpt2(folder.resolve("base"), 1);
        Sampling sampling = new Sampling(1, 0, 1, 30, Set.of(20, 21, 22), 7);
        try (Torch torch = TestDevice.open();
                CausalLm model = CausalLm.load(torch, base, Precision.of(Dtype.FLOAT32), false)) {
            List<GeneratedCompletion> together = new Generator(torch, model, 5).generate(PROMPTS, sampling);
            List<GeneratedCompletion> inTwos = new Generator(torch, model, 2).generate(PROMPTS, sampling);
            for (int i = 0; i < PROMPTS.size(); i++) {
                GeneratedCompletion alone = new Generator(torch, model, 1)
                        .generate(List.of(PROMPTS.get(i)), new long[] {i}, sampling, done -> {})
                        .getFirst();
                assertThat(together.get(i).ids()).isEqualTo(alone.ids());
                assertThat(inTwos.get(i).ids()).isEqualTo(alone.ids());
            }
            assertThat(together).extracting(GeneratedCompletion::stopped).contains(true);
        }
    }

    @Test
    void aSmallModelGeneratesOnOneThreadAndLeavesTheOthersAsTheyWere() throws IOException {
        Path base = TinyModels.llama(folder.resolve("base"), 1);
        int before = JniUtils.getNumThreads();
        try (Torch torch = Torch.open("cpu");
                CausalLm model = CausalLm.load(torch, base, Precision.of(Dtype.FLOAT32), false)) {
            JniUtils.setNumThreads(2);
            Set<Integer> during = new HashSet<>();
            new Generator(torch, model, 1)
                    .generate(
                            List.of(PROMPTS.getFirst()),
                            new long[] {0},
                            Sampling.greedy(3, Set.of()),
                            done -> {},
                            (row, token) -> during.add(JniUtils.getNumThreads()) || true);
            assertThat(during).containsExactly(1);
            assertThat(JniUtils.getNumThreads()).isEqualTo(2);
        } finally {
            JniUtils.setNumThreads(before);
        }
    }

    /** Generates enough steps for weights to be copied; during training the copies must follow the current weights. */
    @ParameterizedTest
    @ValueSource(strings = {"gpt2 1", "llama 1", "gpt2 5", "llama 5", "gpt2 40", "llama 40"})
    void aModelInTrainingGeneratesWithItsCurrentWeights(String familyAndRows) throws IOException {
        boolean gpt2 = familyAndRows.startsWith("gpt2");
        int rows = Integer.parseInt(familyAndRows.split(" ")[1]);
        int steps = rows == 1 ? 110 : 24;
        Path base = gpt2 ? TinyModels.gpt2(folder.resolve("gpt2"), 1) : TinyModels.llama(folder.resolve("llama"), 2);
        String weight = gpt2 ? "transformer.h.0.mlp.c_proj.weight" : "model.layers.0.mlp.down_proj.weight";
        List<int[]> prompts = Collections.nCopies(rows, PROMPTS.getFirst());
        try (Torch torch = TestDevice.open();
                CausalLm model = CausalLm.load(torch, base, Precision.of(Dtype.FLOAT32), true)) {
            Generator generator = new Generator(torch, model, rows);
            int[] before = naive(torch, model, prompts.getFirst(), steps);
            assertThat(generator.generate(prompts, Sampling.greedy(steps, Set.of())))
                    .allSatisfy(completion -> assertThat(completion.ids()).isEqualTo(before));
            torch.kernels().invoke("normal_", model.parameters().get(weight), 3.0);
            int[] after = naive(torch, model, prompts.getFirst(), steps);
            assertThat(after).isNotEqualTo(before);
            assertThat(generator.generate(prompts, Sampling.greedy(steps, Set.of())))
                    .allSatisfy(completion -> assertThat(completion.ids()).isEqualTo(after));
        }
    }

    /** Copies frozen weights while adapters change in training. */
    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama"})
    void adaptersInTrainingChangeCompletions(String family) throws IOException {
        boolean gpt2 = family.equals("gpt2");
        Path base = gpt2 ? TinyModels.gpt2(folder.resolve("gpt2"), 1) : TinyModels.llama(folder.resolve("llama"), 2);
        LoraConfig lora = LoraConfig.of(2, 4, 0, false, ModulePattern.of(List.of("all-linear")), List.of());
        List<int[]> prompts = Collections.nCopies(5, PROMPTS.getFirst());
        try (Torch torch = TestDevice.open();
                CausalLm model = CausalLm.adapt(torch, base, Precision.of(Dtype.FLOAT32), lora, 1)) {
            int[] before = naive(torch, model, prompts.getFirst(), 24);
            model.parameters().trained().forEach((name, tensor) -> {
                if (name.contains("lora_B")) {
                    torch.kernels().invoke("normal_", tensor, 1.0);
                }
            });
            int[] after = naive(torch, model, prompts.getFirst(), 24);
            assertThat(after).isNotEqualTo(before);
            assertThat(new Generator(torch, model, 5).generate(prompts, Sampling.greedy(24, Set.of())))
                    .allSatisfy(completion -> assertThat(completion.ids()).isEqualTo(after));
        }
    }

    /** Returns the most likely tokens, each from a forward pass over all earlier ones. */
    private static int[] naive(Torch torch, CausalLm model, int[] prompt, int steps) {
        int[] all = Arrays.copyOf(prompt, prompt.length + steps);
        for (int n = prompt.length; n < all.length; n++) {
            long[] ids = Arrays.stream(all, 0, n).asLongStream().toArray();
            try (Scope _ = new Scope()) {
                NDArray last = model.logits(Input.rightPadded(torch, ids, 1)).get(0, n - 1);
                all[n] = (int) last.argMax().getLong();
            }
        }
        return Arrays.copyOfRange(all, prompt.length, all.length);
    }

    @Test
    void rowsBeyondTheModelsPositionsAreRefused() throws IOException {
        Path base = TinyModels.gpt2(folder.resolve("base"), 1);
        try (Torch torch = TestDevice.open();
                CausalLm model = CausalLm.load(torch, base, Precision.of(Dtype.FLOAT32), false)) {
            assertThatThrownBy(() -> new Generator(torch, model, 1).generate(PROMPTS, Sampling.greedy(124, Set.of())))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("128 positions");
            assertThat(new Generator(torch, model, 1).generate(PROMPTS, Sampling.greedy(123, Set.of())))
                    .extracting(completion -> completion.ids().length)
                    .containsOnly(123); // the longest prompt has 5 tokens
            assertThatThrownBy(() -> new Generator(torch, model, 1)
                            .generate(List.of(new int[] {1}, new int[0]), Sampling.greedy(1, Set.of())))
                    .isInstanceOf(InputException.class)
                    .hasMessage("a prompt has no tokens; generation needs at least one");
        }
    }

    /** Returns prompts that end before, at and after the end of a block, some of them repeated. */
    private static List<int[]> repeated() {
        List<int[]> prompts = new ArrayList<>();
        for (int length : new int[] {31, 32, 33, 64, 70, 5}) {
            int[] prompt = new int[length];
            Arrays.setAll(prompt, i -> 3 + (i * 7 + length) % 90);
            prompts.addAll(Collections.nCopies(length == 5 ? 1 : 5, prompt));
        }
        Collections.shuffle(prompts, new Random(1));
        return prompts;
    }

    @Test
    void completionsThatShareAPrefillEqualThoseGeneratedAlone() throws IOException {
        for (Path base :
                List.of(TinyModels.gpt2(folder.resolve("gpt2"), 1), TinyModels.llama(folder.resolve("llama"), 2))) {
            Sampling sampling = new Sampling(1, 0, 1, 40, Set.of(20, 21, 22), 7);
            List<int[]> prompts = repeated();
            try (Torch torch = TestDevice.open();
                    CausalLm model = CausalLm.load(torch, base, Precision.of(Dtype.FLOAT32), false)) {
                List<int[]> alone = new ArrayList<>();
                for (int i = 0; i < prompts.size(); i++) {
                    alone.add(new Generator(torch, model, 1)
                            .generate(List.of(prompts.get(i)), new long[] {i}, sampling, done -> {})
                            .getFirst()
                            .ids());
                }
                assertThat(alone.stream().map(Arrays::toString).distinct().count())
                        .isGreaterThan(20);
                for (int batch : new int[] {2, 3, 7, 100}) { // 2 and 3: prompts are kept for completions that wait
                    List<GeneratedCompletion> got = new Generator(torch, model, batch).generate(prompts, sampling);
                    for (int i = 0; i < prompts.size(); i++) {
                        assertThat(got.get(i).ids())
                                .as("batch %s row %s", batch, i)
                                .isEqualTo(alone.get(i));
                    }
                }
            }
        }
    }

    /** With two threads, such a batch is decoded as two parts at the same time. */
    @ParameterizedTest
    @ValueSource(ints = {16, 40, 64})
    void aDividedBatchGivesTheCompletionsOfAnUndividedOne(int batch) throws IOException {
        Path base = TinyModels.gpt2(folder.resolve("base"), 1);
        Sampling sampling = new Sampling(1, 0, 1, 30, Set.of(20, 21, 22), 7);
        List<int[]> prompts = new ArrayList<>(repeated());
        while (prompts.size() < 50) {
            prompts.add(new int[] {3 + prompts.size() % 40, 4, 5 + prompts.size() % 7});
        }
        try (Torch torch = Torch.open("cpu");
                CausalLm model = CausalLm.load(torch, base, Precision.of(Dtype.FLOAT32), false)) {
            List<Integer> progress = new ArrayList<>();
            List<GeneratedCompletion> divided = withThreads(2, () -> {
                Set<String> threads = new HashSet<>();
                long[] streams = LongStream.range(0, prompts.size()).toArray();
                List<GeneratedCompletion> all = new Generator(torch, model, batch)
                        .generate(prompts, streams, sampling, progress::add, (row, token) -> {
                            assertThat(JniUtils.getNumThreads()).isEqualTo(1);
                            return threads.add(Thread.currentThread().getName()) || true;
                        });
                assertThat(threads).hasSize(2);
                return all;
            });
            List<GeneratedCompletion> undivided =
                    withThreads(1, () -> new Generator(torch, model, batch).generate(prompts, sampling));

            assertThat(divided)
                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields("logprobs")
                    .containsExactlyElementsOf(undivided);
            for (int i = 0; i < prompts.size(); i++) {
                assertThat(divided.get(i).logprobs())
                        .containsExactly(undivided.get(i).logprobs(), Offset.offset(1e-5f));
            }
            assertThat(progress).isSorted().doesNotHaveDuplicates().endsWith(prompts.size());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aFailureInOnePartOfABatchEndsTheOtherAndIsReported(int failingRow) throws IOException {
        Path base = TinyModels.gpt2(folder.resolve("base"), 1);
        Sampling sampling = new Sampling(1, 0, 1, 40, Set.of(), 7);
        List<int[]> prompts =
                IntStream.range(0, 16).mapToObj(i -> new int[] {3 + i, 4}).toList();
        AtomicInteger later = new AtomicInteger();
        try (Torch torch = Torch.open("cpu");
                CausalLm model = CausalLm.load(torch, base, Precision.of(Dtype.FLOAT32), false)) {
            withThreads(2, () -> {
                AtomicBoolean failed = new AtomicBoolean();
                assertThatThrownBy(() -> new Generator(torch, model, 16)
                                .generate(
                                        prompts,
                                        LongStream.range(0, 16).toArray(),
                                        sampling,
                                        done -> {},
                                        (row, token) -> {
                                            later.addAndGet(failed.get() ? 1 : 0);
                                            if (row == failingRow) {
                                                failed.set(true);
                                                throw new InputException("stop");
                                            }
                                            return true;
                                        }))
                        .isInstanceOf(InputException.class)
                        .hasMessage("stop");
                assertThat(JniUtils.getNumThreads()).isEqualTo(2);
                assertThat(new Generator(torch, model, 16).generate(prompts, sampling))
                        .hasSize(16);
                return null;
            });
        }
        assertThat(later.get())
                .as("tokens after the failure; 8 rows of 40 otherwise")
                .isLessThan(200);
    }

    private static <T> T withThreads(int threads, Supplier<T> work) {
        int before = JniUtils.getNumThreads();
        JniUtils.setNumThreads(threads);
        try {
            return work.get();
        } finally {
            JniUtils.setNumThreads(before);
        }
    }

    @Test
    void aListenerReceivesEveryTokenAndMayEndItsRow() throws IOException {
        Path base = TinyModels.gpt2(folder.resolve("base"), 1);
        Sampling sampling = new Sampling(1, 0, 1, 12, Set.of(20), 7);
        try (Torch torch = TestDevice.open();
                CausalLm model = CausalLm.load(torch, base, Precision.of(Dtype.FLOAT32), false)) {
            List<List<Integer>> heard = new ArrayList<>();
            PROMPTS.forEach(prompt -> heard.add(new ArrayList<>()));
            List<Integer> progress = new ArrayList<>();
            List<GeneratedCompletion> got = new Generator(torch, model, 2)
                    .generate(PROMPTS, new long[] {0, 1, 2, 3, 4}, sampling, progress::add, (row, token) -> {
                        heard.get(row).add(token);
                        return row != 2 || heard.get(row).size() < 3;
                    });
            for (int i = 0; i < got.size(); i++) {
                assertThat(heard.get(i))
                        .containsExactlyElementsOf(
                                Arrays.stream(got.get(i).ids()).boxed().toList());
            }
            assertThat(got.get(2).ids()).hasSize(3);
            assertThat(progress).isSorted().last().isEqualTo(5);
        }
    }

    @Test
    void rulesApplyToTheWholeCompletion() throws IOException {
        Path base = TinyModels.gpt2(folder.resolve("base"), 1);
        List<List<Integer>> bad = new ArrayList<>();
        IntStream.range(60, 100).forEach(id -> bad.add(List.of(id)));
        IntStream.range(100, 200).forEach(id -> bad.add(List.of(31, id)));
        Sampling plain = new Sampling(1.5, 0, 1, 60, Set.of(20, 21, 22, 23, 24, 25), 3);
        Sampling ruled = plain.withRules(new LogitRules(1.2, 0.1, 0.1, bad, 50));
        try (Torch torch = TestDevice.open();
                CausalLm model = CausalLm.load(torch, base, Precision.of(Dtype.FLOAT32), false)) {
            List<int[]> prompts = Collections.nCopies(20, new int[] {31, 5, 31});
            List<GeneratedCompletion> without = new Generator(torch, model, 7).generate(prompts, plain);
            List<GeneratedCompletion> with = new Generator(torch, model, 7).generate(prompts, ruled);
            assertThat(without).anyMatch(one -> one.ids().length <= 50 && one.stopped());
            assertThat(without).anyMatch(GeneratorTest::bad);
            assertThat(with).allMatch(one -> one.ids().length > 50).noneMatch(GeneratorTest::bad);
        }
    }

    private static boolean bad(GeneratedCompletion completion) {
        int[] ids = completion.ids();
        return IntStream.range(0, ids.length).anyMatch(i -> {
            int before = i == 0 ? 31 : ids[i - 1]; // the prompts end with 31
            return (ids[i] >= 60 && ids[i] < 100) || (before == 31 && ids[i] >= 100 && ids[i] < 200);
        });
    }
}
