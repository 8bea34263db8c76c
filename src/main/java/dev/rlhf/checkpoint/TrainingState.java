package dev.rlhf.checkpoint;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A saved state from which a run resumes exactly: {@code state/step-000120/} with {@code tensors.safetensors} (weights
 * and optimizer, fp32) and {@code counters.json}. States are written atomically; the two newest are kept.
 *
 * @param folder the step's folder
 * @param step the number of optimizer steps (in PPO, updates) completed when it was written
 */
public record TrainingState(Path folder, long step) {
    private static final int KEEP = 2;

    /** Saves {@code tensors} and {@code counters} as the state after {@code step}. */
    public static void save(Path runFolder, long step, Torch torch, Map<String, NDArray> tensors, ObjectNode counters)
            throws IOException {
        Path folder = runFolder.resolve("state").resolve(String.format(Locale.ROOT, "step-%06d", step));
        AtomicFiles.writeFolder(folder, temporary -> {
            Safetensors.write(temporary.resolve("tensors.safetensors"), torch, tensors, Dtype.FLOAT32, Map.of());
            Json.mapper().writeValue(temporary.resolve("counters.json").toFile(), counters);
        });
        List<TrainingState> all = all(runFolder);
        for (TrainingState old : all.subList(0, Math.max(0, all.size() - KEEP))) {
            AtomicFiles.deleteTree(old.folder());
        }
    }

    /** Returns the newest state of a run, if there is one. */
    public static Optional<TrainingState> latest(Path runFolder) {
        List<TrainingState> all = all(runFolder);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    private static List<TrainingState> all(Path runFolder) {
        Path folder = runFolder.resolve("state");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> steps = Files.list(folder)) {
            return steps.filter(path -> path.getFileName().toString().matches("step-\\d+"))
                    .map(path -> new TrainingState(
                            path, Long.parseLong(path.getFileName().toString().substring(5))))
                    .sorted(Comparator.comparingLong(TrainingState::step))
                    .toList();
        } catch (IOException e) {
            throw InputException.at(folder, "cannot be listed: " + e.getMessage());
        }
    }

    /** Reads the values that are not tensors; their keys depend on the stage. */
    public ObjectNode counters() {
        Path file = folder.resolve("counters.json");
        try {
            return (ObjectNode) Json.mapper().readTree(file.toFile());
        } catch (IOException | ClassCastException e) {
            throw InputException.at(file, "damaged; delete " + folder + " to resume from the previous state");
        }
    }

    /** Copies the saved values into existing tensors of the same names, all of which must have been saved. */
    public void restoreInto(Torch torch, Map<String, NDArray> tensors) {
        try (Safetensors file = Safetensors.open(folder.resolve("tensors.safetensors"))) {
            tensors.forEach((name, target) -> {
                try (NDArray saved = file.load(torch, name, Dtype.FLOAT32)) {
                    torch.kernels().invoke("assign", target, saved);
                }
            });
        }
    }
}
