import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.checkpoint.ShardSize;
import dev.rlhf.data.Batch;
import dev.rlhf.data.Example;
import dev.rlhf.generate.Generator;
import dev.rlhf.generate.Sampling;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Families;
import dev.rlhf.stages.supervised.SupervisedTrainer;
import dev.rlhf.tensor.CudaGraph;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import dev.rlhf.train.LrSchedulerType;
import dev.rlhf.train.OptimizerOptions;
import dev.rlhf.train.OptimizerType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts the work that TinyLlama 1.1B gives a CUDA device for one token and for one training step, in bfloat16. Runs on
 * the fake device with 2 and with 4 layers, and extrapolates to 22, because every layer does the same work.
 *
 * <pre>java -cp CLASSES Budget.java FOLDER [REPORTS]</pre>
 *
 * Prints one line of JSON: {"work": {"counter": number}}. FOLDER: for models. REPORTS: folder for a list of kernels
 * per kind of work.
 */
public final class Budget {
    /** The counters of counts.h, in its order. */
    private static final List<String> FIELDS = List.of(
            "launches", "products", "synchronisations", "copies_in", "bytes_in", "copies_out", "bytes_out", "copies_within", "bytes_within", "fills",
            "allocations", "bytes_now", "bytes_peak", "refused", "replayed");
    private static final int LAYERS = 22;
    private static final int FEW = 2;
    private static final int MORE = 4;
    private static final int PROMPT = 40;

    private final MethodHandle counts;
    private final MethodHandle reset;
    private final MethodHandle report;
    private final Torch torch;
    private final Path reports;

    private Budget(Torch torch, Path reports) {
        SymbolLookup runtime = SymbolLookup.libraryLookup(
                Path.of(System.getenv("PYTORCH_LIBRARY_PATH")).resolve("../../nvidia/cuda_runtime/lib/libcudart.so.12").normalize(), Arena.global());
        Linker linker = Linker.nativeLinker();
        this.counts = linker.downcallHandle(runtime.findOrThrow("fakegpu_counts"), FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
        this.reset = linker.downcallHandle(runtime.findOrThrow("fakegpu_reset"), FunctionDescriptor.ofVoid());
        this.report = linker.downcallHandle(runtime.findOrThrow("fakegpu_report"), FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
        this.torch = torch;
        this.reports = reports;
    }

    public static void main(String[] arguments) throws Throwable {
        Path folder = Path.of(arguments[0]);
        Path reports = arguments.length > 1 ? Path.of(arguments[1]) : null;
        Map<String, Map<String, Long>> all = new LinkedHashMap<>();
        System.setProperty(CudaGraph.ENABLED, "false");
        try (Torch torch = Torch.open("cuda")) {
            Budget budget = new Budget(torch, reports);
            all.putAll(extrapolated(layers -> budget.measure(folder, layers)));
        }
        System.setProperty(CudaGraph.ENABLED, "true");
        try (Torch torch = Torch.open("cuda")) {
            Budget budget = new Budget(torch, reports);
            all.putAll(extrapolated(layers -> budget.measureGraphs(folder, layers)));
        }
        System.out.println(Json.mapper().writeValueAsString(all));
    }

    private interface Measurement {
        Map<String, Map<String, Long>> of(int layers) throws Throwable;
    }

    private static Map<String, Map<String, Long>> extrapolated(Measurement measurement) throws Throwable {
        Map<String, Map<String, Long>> few = measurement.of(FEW);
        Map<String, Map<String, Long>> more = measurement.of(MORE);
        Map<String, Map<String, Long>> all = new LinkedHashMap<>();
        few.forEach((work, counted) -> {
            Map<String, Long> extrapolated = new LinkedHashMap<>();
            for (String field : counted.keySet()) {
                long low = counted.get(field);
                extrapolated.put(field, low + (more.get(work).get(field) - low) * (LAYERS - FEW) / (MORE - FEW));
            }
            all.put(work, extrapolated);
        });
        return all;
    }

    private interface Work {
        void run() throws IOException;
    }

    /** Counts each kind of work on a model with this many layers. */
    private Map<String, Map<String, Long>> measure(Path folder, int layers) throws Throwable {
        Path model = model(folder, layers);
        Map<String, Map<String, Long>> counted = new LinkedHashMap<>();
        try (CausalLm frozen = CausalLm.load(torch, model, Dtype.BFLOAT16, false)) {
            counted.put("token, batch 1", decoding("frozen1-" + layers, frozen, 1, 1, 0, 1));
            counted.put("token, batch 64", decoding("frozen64-" + layers, frozen, 64, 1, 0, 1));
            counted.put("token, batch 8, greedy", decoding("greedy-" + layers, frozen, 8, 0, 0, 1));
            counted.put("token, batch 8, top-k 50 and top-p 0.9", decoding("truncated-" + layers, frozen, 8, 0.7, 50, 0.9));
        }
        try (CausalLm trained = CausalLm.load(torch, model, Dtype.BFLOAT16, true)) {
            counted.put("token of a policy in training, batch 64", decoding("policy64-" + layers, trained, 64, 1, 0, 1));
            counted.put("training step of 8 x 1024", training("training-" + layers, trained, 1));
            counted.put("training step of 2 micro-batches of 8 x 1024", training("training2-" + layers, trained, 2));
        }
        return counted;
    }

    /** Counts steps of generation that run as CUDA graphs. */
    private Map<String, Map<String, Long>> measureGraphs(Path folder, int layers) throws Throwable {
        Map<String, Map<String, Long>> counted = new LinkedHashMap<>();
        try (CausalLm frozen = CausalLm.load(torch, model(folder, layers), Dtype.BFLOAT16, false)) {
            counted.put("token, batch 1, CUDA graph", decoding("graph1-" + layers, frozen, 1, 1, 0, 1));
            counted.put("token, batch 64, CUDA graph", decoding("graph64-" + layers, frozen, 64, 1, 0, 1));
            counted.put("token, batch 8, top-k 50 and top-p 0.9, CUDA graph", decoding("graph-truncated-" + layers, frozen, 8, 0.7, 50, 0.9));
        }
        return counted;
    }

    private Path model(Path folder, int layers) throws IOException {
        Path model = folder.resolve("tinyllama-" + layers);
        if (Files.exists(model.resolve("config.json"))) {
            return model;
        }
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("model_type", "llama").put("vocab_size", 32000).put("hidden_size", 2048).put("num_hidden_layers", layers);
        json.put("num_attention_heads", 32).put("num_key_value_heads", 4).put("intermediate_size", 5632);
        json.put("max_position_embeddings", 2048).put("rms_norm_eps", 1e-5).put("tie_word_embeddings", false);
        Files.createDirectories(model);
        try (CausalLm made = CausalLm.create(torch, Families.read(json, "Budget"), Dtype.BFLOAT16, 0)) {
            made.write(model, Dtype.BFLOAT16, ShardSize.standard());
        }
        return model;
    }

    /** Counts the work per token over 64 tokens, which cross two block boundaries of the cache. */
    private Map<String, Long> decoding(String name, CausalLm model, int batch, double temperature, int topK, double topP) throws Throwable {
        int few = 24;
        int more = few + 64;
        generate(model, batch, new Sampling(temperature, topK, topP, few, Set.of(), 0));
        Map<String, Long> low = count(null, () -> generate(model, batch, new Sampling(temperature, topK, topP, few, Set.of(), 0)));
        Map<String, Long> high = count(name, () -> generate(model, batch, new Sampling(temperature, topK, topP, more, Set.of(), 0)));
        Map<String, Long> each = new LinkedHashMap<>();
        high.forEach((field, value) -> each.put(field, Math.round((value - low.get(field)) / (double) (more - few))));
        return each;
    }

    private void generate(CausalLm model, int batch, Sampling sampling) {
        new Generator(torch, model, batch).generate(rows(batch, PROMPT), sampling);
    }

    private static List<int[]> rows(int count, int length) {
        List<int[]> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int[] row = new int[length];
            Arrays.fill(row, 5 + i);
            rows.add(row);
        }
        return rows;
    }

    private Map<String, Long> training(String name, CausalLm model, int micro) throws Throwable {
        List<Example> examples = rows(8, 1025).stream().map(ids -> Example.of(ids, ids)).toList();
        OptimizerOptions adam = new OptimizerOptions(1e-4, LrSchedulerType.CONSTANT, Map.of(), 0, 0, 0.01, 0.9, 0.999, 1e-8, 1.0, OptimizerType.ADAMW_TORCH);
        List<Batch> batches = Collections.nCopies(micro, Batch.of(examples, 0));
        try (SupervisedTrainer trainer = new SupervisedTrainer(torch, model, adam, 1, step -> batches, List.of(), false, 0)) {
            trainer.step(1, false);
            return count(name, () -> trainer.step(2, false));
        }
    }

    private Map<String, Long> count(String name, Work work) throws Throwable {
        reset.invokeExact();
        work.run();
        Map<String, Long> found = new LinkedHashMap<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = arena.allocate(ValueLayout.JAVA_LONG, 64);
            counts.invokeExact(to);
            for (int i = 0; i < FIELDS.size(); i++) {
                found.put(FIELDS.get(i), to.getAtIndex(ValueLayout.JAVA_LONG, i));
            }
            found.put("launches", found.get("launches") + found.get("products"));
            if (reports != null && name != null) {
                Files.createDirectories(reports);
                report.invokeExact(arena.allocateFrom(reports.resolve(name + ".txt").toString()));
            }
        }
        return found;
    }
}
