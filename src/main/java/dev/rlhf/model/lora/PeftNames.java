package dev.rlhf.model.lora;

import dev.rlhf.checkpoint.Safetensors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The names of tensors in PEFT's adapter_model.safetensors. */
public final class PeftNames {
    private static final String PREFIX = "base_model.model.";

    private PeftNames() {}

    /** Returns the name of an adapter's matrix A. */
    static String loraA(String module) {
        return PREFIX + module + ".lora_A.weight";
    }

    /** Returns the name of an adapter's matrix B. */
    static String loraB(String module) {
        return PREFIX + module + ".lora_B.weight";
    }

    /** Returns the stored name of a parameter whose module is trained in full. */
    public static String saved(String parameter) {
        return PREFIX + parameter;
    }

    /**
     * Returns the stored names of tensors of modules that were trained in full, keyed by the model's parameter name.
     *
     * @param canonical returns the parameter's name for another that it is known by
     */
    public static Map<String, String> savedTensors(Safetensors file, UnaryOperator<String> canonical) {
        Map<String, String> saved = new LinkedHashMap<>();
        for (String stored : file.tensors().keySet()) {
            boolean whole =
                    stored.startsWith(PREFIX) && !stored.contains(".lora_") && stored.matches(".*\\.(weight|bias)");
            if (whole) {
                saved.put(canonical.apply(stored.substring(PREFIX.length())), stored);
            }
        }
        return saved;
    }

    /** Returns a parameter's name without its last part: {@code lm_head} for {@code lm_head.weight}. */
    public static String module(String parameter) {
        return parameter.substring(0, Math.max(0, parameter.lastIndexOf('.')));
    }
}
