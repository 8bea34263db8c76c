package dev.rlhf.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.rlhf.base.Json;
import dev.rlhf.tensor.Torch;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Our side of the benchmarks: {@code JOB --name value …}. Prints one JSON line on standard output and everything else
 * on standard error.
 */
public final class Main {
    private static final Map<String, Job> JOBS = Map.of(
            "sft", new SftBench(),
            "generate", new GenerateBench(),
            "score", new ScoreBench(),
            "reward", new RewardBench(),
            "ppo", new PpoBench(),
            "char", new CharBench(),
            "load", new LoadBench(),
            "profile", new ProfileBench(),
            "threads", new ThreadsBench());

    private Main() {}

    public static void main(String[] args) throws IOException {
        Clocks start = Clocks.now();
        PrintStream out = System.out;
        System.setOut(System.err);
        Job job = args.length == 0 ? null : JOBS.get(args[0]);
        if (job == null) {
            throw new IllegalArgumentException("the first word must be one of " + JOBS.keySet());
        }
        List<String> words = Arrays.asList(args).subList(1, args.length);
        Flags flags = Flags.parse(words, job.defaults());
        if (flags.integer("threads") > 0) {
            System.setProperty("ai.djl.pytorch.num_threads", flags.text("threads"));
        }
        out.println(line(args[0], flags, job.run(flags), start));
    }

    private static String line(String job, Flags flags, Job.Measured measured, Clocks start)
            throws JsonProcessingException, IOException {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("job", job);
        line.putAll(flags.values());
        line.putAll(measured.metrics());
        line.put("seconds_per_step", Laps.median(measured.seconds()));
        line.put("seconds", measured.seconds());
        line.put("peak_rss_mib", peakResidentMib());
        line.put("cores_used_by_others", Math.round(Clocks.now().coresUsedByOthers(start) * 100) / 100.0);
        line.put("versions", Map.of("java", Runtime.version().toString(), "torch", Torch.version()));
        return Json.mapper().writeValueAsString(line);
    }

    private static long peakResidentMib() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(entry -> entry.startsWith("VmHWM:"))
                .mapToLong(entry -> Long.parseLong(entry.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(0);
    }
}
