package dev.rlhf.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.rlhf.generate.GeneratedCompletion;
import dev.rlhf.generate.Generator;
import dev.rlhf.generate.Sampling;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.testing.TinyModels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InlinedKernelsTest {
    private static final int TOKENS = 100;
    private static final int ROWS = 12;

    @TempDir
    private Path folder;

    /** Generates one row at a time, so that a step is one call and the limit is reached at the end of the tenth row. */
    @ParameterizedTest
    @CsvSource({
        "gpt2,FLOAT32,false",
        "gpt2,FLOAT32,true",
        "gpt2,BFLOAT16,false",
        "llama,FLOAT32,false",
        "llama,BFLOAT16,false",
        "llama,BFLOAT16,true"
    })
    void inliningInTheMiddleOfAGenerationChangesNothing(String family, Dtype dtype, boolean trainable)
            throws IOException {
        Path model = family.equals("gpt2") ? TinyModels.gpt2(folder, 1) : TinyModels.llama(folder, 1);
        assertThat(ROWS / 2 * TOKENS).isLessThanOrEqualTo(Kernels.CALLS_BEFORE_INLINING);
        assertThat((ROWS - 1) * TOKENS).isGreaterThan(Kernels.CALLS_BEFORE_INLINING);
        List<GeneratedCompletion> expected = new ArrayList<>();
        expected.addAll(generate(model, dtype, trainable, 0, ROWS / 2, false));
        expected.addAll(generate(model, dtype, trainable, ROWS / 2, ROWS, false));

        List<GeneratedCompletion> crossing = generate(model, dtype, trainable, 0, ROWS, true);

        for (int i = 0; i < ROWS; i++) {
            assertThat(crossing.get(i).ids()).isEqualTo(expected.get(i).ids()).hasSize(TOKENS);
            assertThat(crossing.get(i).logprobs()).isEqualTo(expected.get(i).logprobs());
        }
    }

    @ParameterizedTest
    @CsvSource({"gpt2,0.3", "llama,0.5"})
    @EnabledOnOs(OS.LINUX)
    @Tag("memory")
    void inlinedKernelsTakeNoMoreMemoryThanPlanned(String family, double least) throws Throwable {
        Path folder = family.equals("gpt2") ? TinyModels.gpt2(this.folder, 1) : TinyModels.llama(this.folder, 1);
        try (Torch torch = Torch.open("cpu");
                CausalLm model = CausalLm.load(torch, folder, Precision.of(Dtype.FLOAT32), false)) {
            long planned = torch.kernels().inlinedBytes(ROWS * TOKENS);
            assertThat(torch.kernels().inlinedBytes(Kernels.CALLS_BEFORE_INLINING))
                    .isZero();
            for (int row = 0; row < ROWS; row++) {
                boolean inlining = torch.kernels().inlining();
                long before = settled();
                new Generator(torch, model, 1)
                        .generate(List.of(new int[] {3, 4, 5}), new Sampling(1, 0, 0.9, TOKENS, Set.of(), 7));
                if (torch.kernels().inlining() != inlining) {
                    assertThat(settled() - before).isBetween((long) (least * planned), planned);
                }
            }
            assertThat(torch.kernels().inlining()).isTrue();
            assertThat(torch.kernels().inlinedBytes(ROWS * TOKENS))
                    .as("already taken")
                    .isZero();
        }
    }

    /** Returns the least of {@link #allocated} within half a second: the JVM's compilers take memory for moments. */
    private static long settled() throws Throwable {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 25; i++) {
            least = Math.min(least, allocated());
            Thread.sleep(20);
        }
        return least;
    }

    /** Returns the bytes that the C library has allocated, as mallinfo2(3) counts them. */
    private static long allocated() throws Throwable {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> mallinfo = linker.defaultLookup().find("mallinfo2");
        assumeThat(mallinfo).as("glibc").isPresent();
        MemoryLayout fields = MemoryLayout.structLayout(MemoryLayout.sequenceLayout(10, ValueLayout.JAVA_LONG));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment found = (MemorySegment) linker.downcallHandle(mallinfo.get(), FunctionDescriptor.of(fields))
                    .invokeExact((SegmentAllocator) arena);
            return found.getAtIndex(ValueLayout.JAVA_LONG, 4)
                    + found.getAtIndex(ValueLayout.JAVA_LONG, 7); // hblkhd, uordblks
        }
    }

    /**
     * Generates rows {@code from} to {@code to - 1} with a new engine, and checks whether it loaded the second module.
     */
    private static List<GeneratedCompletion> generate(
            Path folder, Dtype dtype, boolean trainable, int from, int to, boolean inlines) {
        List<int[]> prompts = LongStream.range(from, to)
                .mapToObj(i -> new int[] {3 + (int) i, 4, 5})
                .toList();
        try (Torch torch = Torch.open("cpu");
                CausalLm model = CausalLm.load(torch, folder, Precision.of(dtype), trainable)) {
            List<GeneratedCompletion> completions = new Generator(torch, model, 1)
                    .generate(
                            prompts,
                            LongStream.range(from, to).toArray(),
                            new Sampling(1, 0, 0.9, TOKENS, Set.of(), 7),
                            done -> {});
            assertThat(torch.kernels().inlining()).isEqualTo(inlines);
            return completions;
        }
    }
}
