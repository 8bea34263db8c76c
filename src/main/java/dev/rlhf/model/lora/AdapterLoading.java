package dev.rlhf.model.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.rlhf.base.InputException;
import dev.rlhf.checkpoint.AdapterFolder;
import dev.rlhf.checkpoint.Safetensors;
import dev.rlhf.checkpoint.WeightMismatch;
import dev.rlhf.tensor.CloseOnFailure;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Creates {@link Adapters}, or reads them from a PEFT folder. */
public final class AdapterLoading {
    private AdapterLoading() {}

    /**
     * Creates new adapters: A uniform in ±1/√in (He et al. 2015 with a = √5, as in PEFT), B zero, so that the model
     * starts as its base.
     *
     * @param linear the model's linear layers
     * @throws InputException if {@code target_modules} matches none of them
     */
    public static Adapters create(Torch torch, Path base, LoraConfig config, List<LinearModule> linear, long seed) {
        List<String> unmatched = config.targets()
                .unmatched(linear.stream().map(LinearModule::name).toList());
        List<LinearModule> targets = targets(config, linear);
        if (!unmatched.isEmpty() || targets.isEmpty()) {
            String named = unmatched.isEmpty() ? config.targets().text() : String.join(", ", unmatched);
            throw new InputException("lora_target_modules: " + noLayer(named, linear));
        }
        torch.seed(seed);
        try (CloseOnFailure made = new CloseOnFailure()) {
            Adapters all = made.add(new Adapters(torch, base, config, linear), Adapters::close);
            for (LinearModule module : targets) {
                int r = config.rank(module.name());
                float bound = (float) (1 / Math.sqrt((double) module.in()));
                NDArray a = made.add(
                        torch.manager().randomUniform(-bound, bound, new Shape(r, module.in())), NDArray::close);
                all.add(module, a, torch.manager().zeros(new Shape(module.out(), r)));
            }
            return made.complete(all);
        }
    }

    /**
     * Reads the adapters of a PEFT folder.
     *
     * @param linear the model's linear layers
     * @param file the folder's tensors
     * @param saved the names in it of the tensors of modules that were trained in full, by parameter
     * @throws InputException that names all tensors that are missing, unexpected, or of another shape
     */
    public static Adapters read(
            Torch torch,
            AdapterFolder folder,
            LoraConfig config,
            List<LinearModule> linear,
            Safetensors file,
            Map<String, String> saved) {
        List<LinearModule> targets = targets(config, linear);
        if (targets.isEmpty()) {
            throw InputException.at(
                    folder.configFile(),
                    "target_modules: " + noLayer(config.targets().text(), linear) + "; is " + folder.base()
                            + " the base it was trained on?");
        }
        check(folder, config, targets, file, saved);
        try (CloseOnFailure made = new CloseOnFailure()) {
            Adapters all = made.add(new Adapters(torch, folder.base(), config, linear), Adapters::close);
            for (LinearModule module : targets) {
                NDArray a = made.add(file.load(torch, PeftNames.loraA(module.name()), Dtype.FLOAT32), NDArray::close);
                all.add(module, a, file.load(torch, PeftNames.loraB(module.name()), Dtype.FLOAT32));
            }
            return made.complete(all);
        }
    }

    private static void check(
            AdapterFolder folder,
            LoraConfig config,
            List<LinearModule> targets,
            Safetensors file,
            Map<String, String> saved) {
        WeightMismatch problems = new WeightMismatch();
        Set<String> left = new HashSet<>(file.tensors().keySet());
        for (LinearModule module : targets) {
            int r = config.rank(module.name());
            check(file, PeftNames.loraA(module.name()), problems, left, r, module.in());
            check(file, PeftNames.loraB(module.name()), problems, left, module.out(), r);
        }
        saved.forEach((parameter, stored) -> {
            if (config.saves(PeftNames.module(parameter))) {
                left.remove(stored);
            }
        });
        left.stream().sorted().forEach(problems::unexpected);
        problems.throwIfAny(
                folder.path(),
                "the adapter does not fit its adapter_config.json on the base " + folder.base()
                        + "; all three must belong together, and embeddings and the head take no adapter");
    }

    private static void check(Safetensors file, String name, WeightMismatch problems, Set<String> left, long... shape) {
        if (!left.remove(name)) {
            problems.missing(name);
        } else if (!Arrays.equals(file.info(name).shape(), shape)) {
            problems.misshaped(name, file.info(name).shape(), shape);
        }
    }

    private static List<LinearModule> targets(LoraConfig config, List<LinearModule> linear) {
        return linear.stream().filter(module -> config.adapts(module.name())).toList();
    }

    private static String noLayer(String targets, List<LinearModule> linear) {
        return targets + " matches no linear layer of the body; there are: "
                + String.join(
                        ", ",
                        linear.stream().map(LinearModule::shortName).distinct().toList())
                + " (all of them: all-linear); embeddings and the head take no adapter";
    }
}
