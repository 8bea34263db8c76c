package dev.rlhf.model.lora;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;

/**
 * Reads and writes a {@link LoraConfig} as PEFT's adapter_config.json. Unsupported settings that would change the
 * model's results are refused by name.
 */
public final class LoraJson {
    /**
     * Keys that are read here or in {@link dev.rlhf.checkpoint.AdapterFolder}, and keys that do not change the model's
     * results.
     */
    private static final Set<String> KNOWN = Set.of(
            "r",
            "lora_alpha",
            "lora_dropout",
            "use_rslora",
            "target_modules",
            "exclude_modules",
            "layers_to_transform",
            "layers_pattern",
            "rank_pattern",
            "alpha_pattern",
            "modules_to_save",
            "bias",
            "peft_type",
            "task_type",
            "base_model_name_or_path",
            "init_lora_weights",
            "fan_in_fan_out", // follows from the family, as PEFT corrects it
            "inference_mode",
            "peft_version",
            "revision",
            "auto_mapping",
            "megatron_core",
            "qalora_group_size",
            "runtime_config");

    private final ObjectNode json;
    private final Path where;

    private LoraJson(ObjectNode json, Path where) {
        this.json = json;
        this.where = where;
    }

    /**
     * Reads the settings.
     *
     * @param where the file, for error messages
     * @throws InputException that names what is not supported
     */
    public static LoraConfig read(ObjectNode json, Path where) {
        return new LoraJson(json, where).read();
    }

    private LoraConfig read() {
        require("peft_type", "LORA");
        require("bias", "none");
        JsonNode start = json.path("init_lora_weights");
        if (start.isTextual() && !Set.of("gaussian", "orthogonal").contains(start.asText())) {
            throw unsupported("init_lora_weights"); // changes the base's weights as well
        }
        json.properties().stream()
                .map(Map.Entry::getKey)
                .filter(key -> !KNOWN.contains(key) && !isOff(json.path(key)))
                .findFirst()
                .ifPresent(key -> {
                    throw unsupported(key);
                });
        if (!json.path("r").canConvertToInt() || json.path("r").asInt() < 1) {
            throw InputException.at(where, "r is missing or not a positive integer");
        }
        try {
            return new LoraConfig(
                    json.path("r").asInt(),
                    number("lora_alpha", 8),
                    number("lora_dropout", 0),
                    json.path("use_rslora").asBoolean(false),
                    ModulePattern.of(json.path("target_modules")),
                    ModulePattern.of(json.path("exclude_modules")),
                    layers(),
                    texts("layers_pattern"),
                    pattern("rank_pattern", rank -> rank.canConvertToInt() && rank.asInt() > 0, JsonNode::asInt),
                    pattern("alpha_pattern", JsonNode::isNumber, JsonNode::asDouble),
                    texts("modules_to_save"));
        } catch (PatternSyntaxException e) {
            throw InputException.at(where, e.getPattern() + " is not a regular expression: " + e.getDescription());
        }
    }

    private void require(String key, String only) {
        if (!json.path(key).asText(only).equals(only)) {
            throw InputException.at(where, key + ": " + json.path(key) + " is not supported (only " + only + ")");
        }
    }

    private InputException unsupported(String key) {
        return InputException.at(where, key + ": " + json.path(key) + " is not supported");
    }

    private static boolean isOff(JsonNode node) {
        return node.isNull() || (node.isBoolean() && !node.asBoolean()) || (node.isContainerNode() && node.isEmpty());
    }

    /** Reads a list, a single value, or nothing, as strings. */
    private List<String> texts(String key) {
        JsonNode node = json.path(key);
        List<String> texts = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(item -> texts.add(item.asText()));
        } else if (!node.isNull() && !node.isMissingNode()) {
            texts.add(node.asText());
        }
        return List.copyOf(texts);
    }

    private double number(String key, double defaultValue) {
        JsonNode node = json.path(key);
        if (!node.isMissingNode() && !node.isNumber()) {
            throw InputException.at(where, key + ": " + node + " is not a number");
        }
        return node.asDouble(defaultValue);
    }

    private List<Integer> layers() {
        try {
            return texts("layers_to_transform").stream().map(Integer::valueOf).toList();
        } catch (NumberFormatException e) {
            throw InputException.at(
                    where, "layers_to_transform: " + json.path("layers_to_transform") + " are not numbers of layers");
        }
    }

    private <T> Map<String, T> pattern(String key, Predicate<JsonNode> allowed, Function<JsonNode, T> value) {
        Map<String, T> values = new LinkedHashMap<>();
        json.path(key).properties().forEach(entry -> {
            if (!allowed.test(entry.getValue())) {
                throw InputException.at(
                        where, key + "." + entry.getKey() + ": " + entry.getValue() + " is not a number");
            }
            values.put(entry.getKey(), value.apply(entry.getValue()));
        });
        return values;
    }

    /**
     * Returns the settings in the form that PEFT 0.21 reads. Adapted modules are listed by name, however they were
     * selected.
     *
     * @param linear the model's linear layers
     * @param adapted the names of those with an adapter
     * @param taskType {@code CAUSAL_LM} or {@code SEQ_CLS}
     */
    static ObjectNode write(LoraConfig config, List<LinearModule> linear, Set<String> adapted, String taskType) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("peft_type", "LORA").put("task_type", taskType).put("inference_mode", true);
        json.put("r", config.r());
        number(json, "lora_alpha", config.alpha());
        json.put("lora_dropout", config.dropout()).put("use_rslora", config.rslora());
        names(json.putArray("target_modules"), linear, adapted);
        json.put("fan_in_fan_out", linear.stream().anyMatch(LinearModule::transposed));
        json.put("bias", "none").put("init_lora_weights", true);
        ObjectNode ranks = json.putObject("rank_pattern");
        ObjectNode alphas = json.putObject("alpha_pattern");
        for (String module : adapted) {
            if (config.rank(module) != config.r()) {
                ranks.put(module, config.rank(module));
            }
            if (config.alpha(module) != config.alpha()) {
                number(alphas, module, config.alpha(module));
            }
        }
        if (config.modulesToSave().isEmpty()) {
            json.putNull("modules_to_save");
        } else {
            config.modulesToSave().forEach(json.putArray("modules_to_save")::add);
        }
        return json;
    }

    /** Writes the last parts of the adapted modules' names if they match no other module, and full names otherwise. */
    private static void names(ArrayNode target, List<LinearModule> linear, Set<String> adapted) {
        Set<String> ends = new TreeSet<>();
        Set<String> meant = new HashSet<>();
        linear.stream()
                .filter(module -> adapted.contains(module.name()))
                .map(LinearModule::shortName)
                .forEach(ends::add);
        linear.stream()
                .filter(module -> ends.contains(module.shortName()))
                .map(LinearModule::name)
                .forEach(meant::add);
        (meant.equals(adapted) ? ends : adapted).forEach(target::add);
    }

    private static void number(ObjectNode json, String key, double value) {
        if (value == Math.rint(value)) {
            json.put(key, (long) value);
        } else {
            json.put(key, value);
        }
    }
}
