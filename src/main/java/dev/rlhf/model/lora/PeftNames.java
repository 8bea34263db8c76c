package dev.rlhf.model.lora;

import dev.rlhf.checkpoint.Safetensors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

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
     * Returns the module that a stored weight or bias belongs to; empty for an adapter's matrix and for other tensors.
     */
    static Optional<String> savedModule(String stored) {
        boolean whole = stored.startsWith(PREFIX) && !stored.contains(".lora_") && stored.matches(".*\\.(weight|bias)");
        return whole ? Optional.of(module(stored.substring(PREFIX.length()))) : Optional.empty();
    }

    /**
     * Returns the stored names of tensors of modules that were trained in full, keyed by the model's parameter name.
     */
    public static Map<String, String> savedTensors(Safetensors file) {
        Map<String, String> saved = new LinkedHashMap<>();
        for (String stored : file.tensors().keySet()) {
            if (savedModule(stored).isPresent()) {
                saved.put(stored.substring(PREFIX.length()), stored);
            }
        }
        return saved;
    }

    /** Returns a parameter's name without its last part: {@code lm_head} for {@code lm_head.weight}. */
    public static String module(String parameter) {
        return parameter.substring(0, Math.max(0, parameter.lastIndexOf('.')));
    }
}
