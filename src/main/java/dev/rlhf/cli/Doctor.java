package dev.rlhf.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.rlhf.recipe.Versions;
import dev.rlhf.report.console.Numbers;
import dev.rlhf.tensor.Torch;
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
import java.util.function.Supplier;

/** Looks over the machine and says of each thing whether it will do and, if not, what to do about it. */
final class Doctor {
    private static final long GIB = 1L << 30;

    /** What can be known of libtorch; each call may throw whatever loading it throws. */
    interface Engine {
        String version();

        int gpus();
    }

    /** What the operating system says. */
    record Machine(
            boolean nvidia,
            long memory,
            long heap,
            long disk,
            boolean otherAllocator,
            Map<String, String> environment) {}

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
        Engine torch = new Engine() {
            @Override
            public String version() {
                return Torch.version();
            }

            @Override
            public int gpus() {
                return Torch.gpuCount();
            }
        };
        return new Doctor(versions, torch, Doctor::thisMachine);
    }

    /** Prints a line a thing; {@link ExitCode#FAILED} if anything fails. */
    int run(PrintStream out) {
        Machine here = machine.get();
        List<Line> lines = new ArrayList<>();
        lines.add(jdk());
        Line loaded = engine();
        lines.add(loaded);
        lines.add(gpu(here, loaded.verdict() == Verdict.OK));
        lines.add(memory(here));
        lines.add(disk(here));
        lines.add(settings(here));
        for (Line line : lines) {
            out.printf(
                    "%-5s %-9s %s%n", line.verdict().name().toLowerCase(Locale.ROOT), line.subject(), line.finding());
        }
        boolean failed = lines.stream().anyMatch(line -> line.verdict() == Verdict.FAIL);
        return failed ? ExitCode.FAILED : ExitCode.DONE;
    }

    private Line jdk() {
        int feature = Runtime.version().feature();
        String found = versions.java() + " in " + System.getProperty("java.home");
        return feature >= 25
                ? new Line(Verdict.OK, "jdk", found)
                : new Line(Verdict.FAIL, "jdk", found + "; JDK 25 or newer is needed: https://adoptium.net");
    }

    private Line engine() {
        try {
            return new Line(Verdict.OK, "engine", "PyTorch " + engine.version() + ", DJL " + versions.djl());
        } catch (RuntimeException | LinkageError e) {
            return new Line(
                    Verdict.FAIL,
                    "engine",
                    "libtorch does not load (" + Numbers.oneLine(String.valueOf(e.getMessage()), 120)
                            + "); build again with: mvn package, and check that ~/.djl.ai can be written");
        }
    }

    private Line gpu(Machine here, boolean loaded) {
        int gpus = loaded ? engine.gpus() : 0;
        if (gpus > 0) {
            return new Line(Verdict.OK, "cuda", gpus + (gpus == 1 ? " GPU" : " GPUs") + " that libtorch can use");
        }
        if (!here.nvidia()) {
            return new Line(Verdict.OK, "cuda", "no NVIDIA GPU here; everything runs on the CPU");
        }
        if ("cpu".equals(here.environment().get("RLHF_DEVICE"))) {
            return new Line(Verdict.OK, "cuda", "an NVIDIA GPU is here and RLHF_DEVICE=cpu says not to use it");
        }
        return new Line(
                Verdict.FAIL,
                "cuda",
                "an NVIDIA GPU is here but libtorch cannot use it; let DJL fetch its CUDA build (network), or set"
                        + " PYTORCH_LIBRARY_PATH to torch/lib of pip install torch==" + versions.pytorch()
                        + " with PYTORCH_VERSION=" + versions.pytorch() + " PYTORCH_FLAVOR=cu128;"
                        + " RLHF_DEVICE=cpu runs without");
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
                Files.exists(Path.of("/dev/nvidia0")),
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
