package dev.rlhf.model.lora;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The settings of low-rank adapters (Hu et al. 2021) under PEFT's names: a linear layer W becomes W + s·B·A with A [r,
 * in], B [out, r] and s = alpha / r (or alpha / √r). Immutable.
 *
 * @param r rank
 * @param alpha {@code lora_alpha}
 * @param dropout {@code lora_dropout}, applied to an adapter's input while training
 * @param rslora {@code use_rslora}: s = alpha / √r (Kalajdzievski 2023)
 * @param targets {@code target_modules}
 * @param excluded {@code exclude_modules}
 * @param layers {@code layers_to_transform}, layer numbers; empty: all
 * @param layersPattern {@code layers_pattern}, the part of a name before the layer's number; empty: anything
 * @param ranks {@code rank_pattern}: r by a regular expression for the end of a module's name
 * @param alphas {@code alpha_pattern}: alpha, likewise
 * @param modulesToSave {@code modules_to_save}: modules that are trained in full and stored with the adapters
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

    /** Returns settings that give every target module the same kind of adapter. */
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

    /** Returns the same settings with one more module in {@code modules_to_save}. */
    public LoraConfig withModuleToSave(String module) {
        if (modulesToSave.contains(module)) {
            return this;
        }
        List<String> saved = new ArrayList<>(modulesToSave);
        saved.add(module);
        return withModulesToSave(saved);
    }

    /** Returns the same settings with another {@code modules_to_save}. */
    public LoraConfig withModulesToSave(List<String> saved) {
        return new LoraConfig(
                r, alpha, dropout, rslora, targets, excluded, layers, layersPattern, ranks, alphas, List.copyOf(saved));
    }

    /**
     * Returns whether a linear module gets an adapter, by the rule of PEFT's {@code check_target_module_exists}: {@code
     * layers} restricts names given by their end, but not modules named in full; modules in {@code modules_to_save},
     * and their parts, get none.
     */
    public boolean adapts(String module) {
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
                .filter(Matcher::matches)
                .findFirst()
                .map(matcher -> Integer.parseInt(matcher.group(1)))
                .orElse(-1);
    }

    /**
     * Returns whether a module is trained in full. As in PEFT's {@code _set_trainable}, a name matches every module
     * whose name ends with it, with or without a dot before it ({@code norm} matches {@code
     * model.layers.0.input_layernorm} too), and its submodules.
     */
    public boolean saves(String module) {
        return modulesToSave.stream().anyMatch(name -> savesBy(name, module));
    }

    private static boolean savesBy(String name, String module) {
        return IntStream.rangeClosed(1, module.length())
                .filter(end -> end == module.length() || module.charAt(end) == '.')
                .anyMatch(end -> module.substring(0, end).endsWith(name));
    }

    /** Returns the names in {@code modules_to_save} that match none of the modules. */
    public List<String> unmatchedModulesToSave(List<String> modules) {
        return modulesToSave.stream()
                .filter(name -> modules.stream().noneMatch(module -> savesBy(name, module)))
                .toList();
    }

    /**
     * Returns whether a module gets no adapter because it is trained in full. PEFT's rule here differs from the one in
     * {@link #saves}: a name is a sequence of whole segments, or a pattern.
     */
    private boolean isWithinSaved(String module) {
        return modulesToSave.stream().anyMatch(name -> Pattern.matches("(|.*\\.)" + name + "(|\\..*)", module));
    }

    /** Returns r of a module's adapter. */
    int rank(String module) {
        return byPattern(ranks, module).orElse(r);
    }

    /** Returns alpha of a module's adapter. */
    double alpha(String module) {
        return byPattern(alphas, module).orElse(alpha);
    }

    /** Returns the factor s of a module's adapter. */
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
