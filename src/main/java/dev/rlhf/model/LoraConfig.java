package dev.rlhf.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Low-rank adapters (Hu et al. 2021) under PEFT's names: a linear layer W becomes W + s·B·A with A [r, in], B [out, r] and s =
 * alpha / r (or alpha / √r). Immutable.
 *
 * @param r rank
 * @param alpha {@code lora_alpha}
 * @param dropout {@code lora_dropout}, of an adapter's input while training
 * @param rslora {@code use_rslora}: alpha / √r (Kalajdzievski 2023)
 * @param targets {@code target_modules}
 * @param excluded {@code exclude_modules}
 * @param layers {@code layers_to_transform}, numbers of layers; empty: all
 * @param layersPattern {@code layers_pattern}, what stands before the layer's number; empty: anything
 * @param ranks {@code rank_pattern}: r by the end of a module's name, a regular expression
 * @param alphas {@code alpha_pattern}
 * @param modulesToSave {@code modules_to_save}: modules trained as a whole and stored beside the adapters
 */
public record LoraConfig(
        int r,
        double alpha,
        double dropout,
        boolean rslora,
        ModulePattern targets,
        ModulePattern excluded,
        List<Integer> layers,
        List<String> layersPattern,
        Map<String, Integer> ranks,
        Map<String, Double> alphas,
        List<String> modulesToSave) {

    /** The common case: adapters alike on all modules named. */
    public static LoraConfig of(
            int r, double alpha, double dropout, boolean rslora, ModulePattern targets, List<String> modulesToSave) {
        return new LoraConfig(
                r,
                alpha,
                dropout,
                rslora,
                targets,
                ModulePattern.NONE,
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                List.copyOf(modulesToSave));
    }

    /** The same, with one more module trained as a whole. */
    LoraConfig saving(String module) {
        if (modulesToSave.contains(module)) {
            return this;
        }
        List<String> saved = new java.util.ArrayList<>(modulesToSave);
        saved.add(module);
        return new LoraConfig(
                r, alpha, dropout, rslora, targets, excluded, layers, layersPattern, ranks, alphas, List.copyOf(saved));
    }

    /**
     * Whether a linear module gets an adapter, as PEFT's {@code check_target_module_exists} decides it: layers narrow what the end of
     * a name means, not a module named in full; a module that is saved, or lies in one, gets none.
     */
    boolean adapts(String module) {
        if (excluded.matches(module) || isWithinSaved(module) || !targets.matches(module)) {
            return false;
        }
        return targets.regex() != null
                || targets.names().contains(module)
                || layers.isEmpty()
                || layers.contains(layer(module));
    }

    private int layer(String module) {
        List<String> before = layersPattern.isEmpty()
                ? List.of(".*?\\.[^.]*")
                : layersPattern.stream().map(name -> "(?:^|.*?\\.)" + name).toList();
        return before.stream()
                .map(name -> Pattern.compile(name + "\\.(\\d+)\\..*").matcher(module))
                .filter(java.util.regex.Matcher::matches)
                .findFirst()
                .map(matcher -> Integer.parseInt(matcher.group(1)))
                .orElse(-1);
    }

    /**
     * Whether a module is trained as a whole. As PEFT's {@code _set_trainable} matches, a name means every module whose name ends with
     * it, with or without a dot before it ({@code norm} means {@code model.layers.0.input_layernorm} too), and all that is in it.
     */
    boolean saves(String module) {
        return modulesToSave.stream().anyMatch(name -> savesBy(name, module));
    }

    private static boolean savesBy(String name, String module) {
        return IntStream.rangeClosed(1, module.length())
                .filter(end -> end == module.length() || module.charAt(end) == '.')
                .anyMatch(end -> module.substring(0, end).endsWith(name));
    }

    /** Names of {@code modules_to_save} that mean none of the modules. */
    List<String> savingNothing(List<String> modules) {
        return modulesToSave.stream()
                .filter(name -> modules.stream().noneMatch(module -> savesBy(name, module)))
                .toList();
    }

    /** PEFT's rule for what gets no adapter, which is another than that for what is saved: a name is whole segments, or a pattern. */
    private boolean isWithinSaved(String module) {
        return modulesToSave.stream().anyMatch(name -> Pattern.matches("(|.*\\.)" + name + "(|\\..*)", module));
    }

    int rank(String module) {
        return byPattern(ranks, module).orElse(r);
    }

    double alpha(String module) {
        return byPattern(alphas, module).orElse(alpha);
    }

    double scale(String module) {
        return alpha(module) / (rslora ? Math.sqrt(rank(module)) : rank(module));
    }

    private static <T> Optional<T> byPattern(Map<String, T> values, String module) {
        return values.entrySet().stream()
                .filter(entry -> Pattern.matches("(.*\\.)?(" + entry.getKey() + ")", module))
                .findFirst()
                .map(Map.Entry::getValue);
    }
}
