package dev.rlhf.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.rlhf.base.InputException;
import dev.rlhf.recipe.Versions;
import dev.rlhf.report.console.Numbers;
import dev.rlhf.tensor.Gpu;
import dev.rlhf.tensor.Libtorch;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Checks whether this machine can run the stages, and says what to do where it cannot. */
final class Doctor {
    private static final long GIB = 1L << 30;
    private static final int MESSAGE_LENGTH = 300;

    /** The engine and the native libraries; each call may throw whatever loading them throws. */
    interface Engine {
        String version();

        Libtorch libtorch();

        /** Returns the GPUs that libtorch can use. */
        List<Gpu> gpus();

        /** Versions of CUDA and of the driver, if libtorch is built for CUDA. */
        Optional<String> cudaVersions();

        /** Returns whether the machine has an NVIDIA GPU, usable or not. */
        boolean gpuPresent();

        /** Why libtorch sees no GPU, and what to do. */
        String gpuDiagnosis();

        /** Returns whether a product of two matrices on the device is what Java computes. */
        boolean multiplies(String device);

        void loadTokenizers();
    }

    /** The facts that the operating system states. */
    record Machine(long memory, long heap, long disk, boolean otherAllocator, Map<String, String> environment) {}

    private enum Verdict {
        OK,
        WARN,
        FAIL
    }

    private record Line(Verdict verdict, String subject, String finding) {}

    private final Versions versions;
    private final Engine engine;
    private final Supplier<Machine> machine;

    Doctor(Versions versions, Engine engine, Supplier<Machine> machine) {
        this.versions = versions;
        this.engine = engine;
        this.machine = machine;
    }

    static Doctor ofThisMachine(Versions versions) {
        return new Doctor(versions, new LoadedEngine(), Doctor::thisMachine);
    }

    /** Prints a line per subject; {@link ExitCode#BAD_INPUT} if a stage would not run. */
    int run(PrintStream out) {
        Machine here = machine.get();
        List<Line> lines = new ArrayList<>();
        lines.add(jdk());
        lines.add(tokenizers());
        Line loaded = engine();
        lines.add(loaded);
        if (loaded.verdict() == Verdict.OK) {
            lines.addAll(devices(here));
        }
        lines.add(memory(here));
        lines.add(disk(here));
        lines.add(settings(here));
        for (Line line : lines) {
            out.printf(
                    "%-5s %-10s %s%n", line.verdict().name().toLowerCase(Locale.ROOT), line.subject(), line.finding());
        }
        boolean failed = lines.stream().anyMatch(line -> line.verdict() == Verdict.FAIL);
        return failed ? ExitCode.BAD_INPUT : ExitCode.DONE;
    }

    private Line jdk() {
        int feature = Runtime.version().feature();
        String found = versions.java() + " in " + System.getProperty("java.home");
        return feature >= 25
                ? new Line(Verdict.OK, "jdk", found)
                : new Line(Verdict.FAIL, "jdk", found + "; JDK 25 or newer is needed: https://adoptium.net");
    }

    private Line tokenizers() {
        try {
            engine.loadTokenizers();
            return new Line(Verdict.OK, "tokenizers", "the native library loads");
        } catch (RuntimeException | LinkageError e) {
            return new Line(
                    Verdict.FAIL,
                    "tokenizers",
                    "the native library does not load (" + message(e) + "); check that ~/.djl.ai can be written");
        }
    }

    private Line engine() {
        try {
            String version = engine.version();
            Libtorch libtorch = engine.libtorch();
            String build = libtorch.build().isEmpty() ? version : libtorch.build();
            String kind = libtorch.cuda()
                    ? engine.cudaVersions().map(found -> "for " + found).orElse("for CUDA")
                    : "for CPUs only";
            return new Line(
                    Verdict.OK,
                    "engine",
                    "PyTorch " + build + " " + kind + ", in " + libtorch.folder() + "; DJL " + versions.djl());
        } catch (InputException e) {
            return new Line(Verdict.FAIL, "engine", String.valueOf(e.getMessage()));
        } catch (RuntimeException | LinkageError e) {
            return new Line(
                    Verdict.FAIL,
                    "engine",
                    "libtorch does not load (" + message(e) + "); "
                            + loadingRemedy(machine.get().environment()));
        }
    }

    private static String loadingRemedy(Map<String, String> environment) {
        return environment.getOrDefault("PYTORCH_LIBRARY_PATH", "").isBlank()
                ? "build again with: mvn package, and check that ~/.djl.ai can be written"
                : "check PYTORCH_LIBRARY_PATH, and unset PYTORCH_VERSION and PYTORCH_FLAVOR, or unset all three to"
                        + " use the build for CPUs";
    }

    private static String message(Throwable failure) {
        return Numbers.oneLine(Causes.describe(failure), MESSAGE_LENGTH);
    }

    /**
     * Returns a line for each usable GPU, or one for the CPU or for what keeps a GPU from being used; then the product
     * on the device.
     */
    private List<Line> devices(Machine here) {
        List<Line> lines = new ArrayList<>();
        List<Gpu> gpus = engine.gpus();
        for (Gpu gpu : gpus) {
            lines.add(new Line(
                    Verdict.OK,
                    "cuda:" + gpu.index(),
                    gpu.name() + ", " + Numbers.bytes((double) gpu.memory()) + ", compute "
                            + "capability " + gpu.capability()
                            + (gpu.supportsBfloat16() ? ", bfloat16" : ", no bfloat16") + "; dtype: auto is "
                            + (gpu.supportsBfloat16() ? "bfloat16" : "float32")));
        }
        if (gpus.isEmpty()) {
            Line without = noGpu(here);
            lines.add(without);
            if (without.verdict() == Verdict.FAIL) {
                return lines;
            }
        }
        lines.add(product(gpus.isEmpty() ? "cpu" : "cuda:" + gpus.getFirst().index()));
        return lines;
    }

    private Line noGpu(Machine here) {
        if (!engine.gpuPresent()) {
            return new Line(Verdict.OK, "cuda", "no NVIDIA GPU here; stages run on the CPU, dtype: auto is float32");
        }
        if ("cpu".equals(here.environment().get("RLHF_DEVICE"))) {
            return new Line(Verdict.OK, "cuda", "not used: RLHF_DEVICE=cpu");
        }
        return new Line(
                Verdict.FAIL, "cuda", engine.gpuDiagnosis() + "; --device cpu or RLHF_DEVICE=cpu runs on the CPU");
    }

    private Line product(String device) {
        try {
            return engine.multiplies(device)
                    ? new Line(Verdict.OK, "product", "a product of two matrices on " + device + " is correct")
                    : new Line(
                            Verdict.FAIL,
                            "product",
                            "a product of two matrices on " + device + " is wrong; check the GPU (nvidia-smi -q) and"
                                    + " its driver");
        } catch (RuntimeException | LinkageError e) {
            return new Line(
                    Verdict.FAIL, "product", "a product of two matrices on " + device + " fails: " + message(e));
        }
    }

    private static Line memory(Machine here) {
        String found = Numbers.bytes((double) here.memory()) + " in all, " + Numbers.bytes((double) here.heap())
                + " of it for the Java heap; tensors live outside the heap";
        if (here.memory() < 3 * GIB) {
            return new Line(Verdict.WARN, "memory", found + "; the quickstart wants 4 GiB");
        }
        return here.heap() > here.memory() / 2
                ? new Line(Verdict.WARN, "memory", found + "; leave more to them: RLHF_JAVA_OPTS=-Xmx2g")
                : new Line(Verdict.OK, "memory", found);
    }

    private static Line disk(Machine here) {
        String found = Numbers.bytes((double) here.disk()) + " free here";
        if (here.disk() < GIB / 2) {
            return new Line(Verdict.FAIL, "disk", found + "; checkpoints will not fit, make room or work elsewhere");
        }
        return here.disk() < 5 * GIB
                ? new Line(Verdict.WARN, "disk", found + "; enough for small models only")
                : new Line(Verdict.OK, "disk", found);
    }

    private static Line settings(Machine here) {
        String threads = here.environment().getOrDefault("OMP_NUM_THREADS", "all");
        String found =
                "OMP_NUM_THREADS " + threads + ", " + Runtime.getRuntime().availableProcessors() + " processors";
        boolean allocator = here.environment().containsKey("MALLOC_MMAP_THRESHOLD_");
        return allocator || here.otherAllocator()
                ? new Line(Verdict.OK, "settings", found)
                : new Line(
                        Verdict.WARN,
                        "settings",
                        found + "; not started by the rlhf launcher, so large tensors cost more on the CPU");
    }

    private static Machine thisMachine() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Machine(
                system.getTotalMemorySize(),
                Runtime.getRuntime().maxMemory(),
                freeDisk(),
                !System.getProperty("os.name").equals("Linux"),
                System.getenv());
    }

    private static long freeDisk() {
        try {
            FileStore store = Files.getFileStore(Path.of("").toAbsolutePath());
            return store.getUsableSpace();
        } catch (IOException e) {
            return Long.MAX_VALUE; // a file system that does not tell
        }
    }
}
