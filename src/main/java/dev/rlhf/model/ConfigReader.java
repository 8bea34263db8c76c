package dev.rlhf.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.DidYouMean;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the values of a Hugging Face config.json by key and type. A key that the file leaves out has the default of
 * transformers' config class for the family; a key that the file sets to null has none. Errors name the key that is
 * missing or not supported. Keys that nothing has read are logged or refused: no key is ignored silently.
 */
final class ConfigReader {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigReader.class);

    /** Keys of transformers' PretrainedConfig, and of this project, that never change a decoder's results. */
    private static final Set<String> HARMLESS = Set.of("""
            _name_or_path architectures attn_implementation _attn_implementation auto_map bos_token_id
            chunk_size_feed_forward decoder_start_token_id dtype eos_token_id finetuning_task id2label
            is_decoder label2id model_type num_labels output_attentions output_hidden_states pad_token_id prefix
            problem_type return_dict reward_mean reward_std sep_token_id task_specific_params
            tie_encoder_decoder tokenizer_class torch_dtype torchscript transformers_version unsloth_version
            unsloth_fixed use_bfloat16 use_cache bad_words_ids begin_suppress_tokens diversity_penalty do_sample
            early_stopping encoder_no_repeat_ngram_size exponential_decay_length_penalty forced_bos_token_id
            forced_eos_token_id length_penalty max_length min_length no_repeat_ngram_size num_beam_groups
            num_beams num_return_sequences output_scores remove_invalid_values repetition_penalty
            return_dict_in_generate suppress_tokens temperature top_k top_p typical_p
            """.strip().split("\\s+"));

    private final ObjectNode json;
    private final String where;
    private final Map<String, Object> defaults;
    private final Set<String> read = new HashSet<>();
    private final Set<String> unreadNested = new HashSet<>();

    /**
     * @param where the start of error messages: the file
     * @param defaults the defaults of transformers' config class for keys that the file leaves out
     */
    ConfigReader(ObjectNode json, String where, Map<String, Object> defaults) {
        this.json = json;
        this.where = where;
        this.defaults = Map.copyOf(defaults);
        require("is_encoder_decoder", false);
        require("add_cross_attention", false);
        refuse("quantization_config", "quantised weights are not supported; use a checkpoint in bf16, fp16 or fp32");
        if (!node("pruned_heads").isEmpty()) {
            throw error("pruned_heads is not supported");
        }
    }

    ObjectNode json() {
        return json;
    }

    /**
     * Returns the value, or the default if the file does not have the key; a missing or null node if there is no value.
     */
    JsonNode node(String key) {
        read.add(key);
        JsonNode value = json.get(key);
        if (value == null && defaults.containsKey(key)) {
            value = Json.mapper().valueToTree(defaults.get(key));
        }
        return value == null ? MissingNode.getInstance() : value;
    }

    /** Returns whether the key has a value other than null, from the file or by default. */
    boolean has(String key) {
        JsonNode value = node(key);
        return !value.isMissingNode() && !value.isNull();
    }

    int integer(String key) {
        if (!node(key).canConvertToInt() || node(key).asDouble() != node(key).asInt()) {
            throw error(key + " is missing or not an integer");
        }
        return node(key).asInt();
    }

    int integer(String key, int defaultValue) {
        return has(key) ? integer(key) : defaultValue;
    }

    /** Reads a size or a count, which is at least 1. */
    int size(String key) {
        if (integer(key) < 1) {
            throw error(key + ": " + node(key) + " is out of bounds; must be at least 1");
        }
        return integer(key);
    }

    int size(String key, int defaultValue) {
        return has(key) ? size(key) : defaultValue;
    }

    /** Reads a number above 0. */
    double positive(String key, double defaultValue) {
        double value = number(key, defaultValue);
        if (!(value > 0)) {
            throw error(key + ": " + node(key) + " is out of bounds; must be above 0");
        }
        return value;
    }

    /** Reads a probability of dropout, which is below 1. */
    double dropout(String key, double defaultValue) {
        double value = number(key, defaultValue);
        if (!(value >= 0 && value < 1)) {
            throw error(key + ": " + node(key) + " is out of bounds; must be at least 0 and below 1");
        }
        return value;
    }

    double number(String key, double defaultValue) {
        if (!has(key)) {
            return defaultValue;
        }
        if (!node(key).isNumber()) {
            throw error(key + " is not a number");
        }
        return node(key).asDouble();
    }

    boolean flag(String key, boolean defaultValue) {
        if (has(key) && !node(key).isBoolean()) {
            throw error(key + " is neither true nor false");
        }
        return has(key) ? node(key).asBoolean() : defaultValue;
    }

    String text(String key, String defaultValue) {
        return has(key) ? node(key).asText() : defaultValue;
    }

    /** Reads an id or a list of ids; empty if the key has no value. */
    List<Integer> ids(String key) {
        List<Integer> ids = new ArrayList<>();
        if (node(key).isArray()) {
            for (JsonNode id : node(key)) {
                if (!id.isIntegralNumber() || !id.canConvertToInt()) {
                    throw error(key + " has " + id + ", which is not an id");
                }
                ids.add(id.intValue());
            }
        } else if (has(key)) {
            ids.add(integer(key));
        }
        return ids;
    }

    /** Refuses every value of a key other than {@code wanted}: it would change the results and is not supported. */
    void require(String key, Object wanted) {
        if (!has(key)) {
            return;
        }
        boolean same = wanted instanceof Number number
                ? node(key).isNumber() && node(key).asDouble() == number.doubleValue()
                : node(key).asText().equals(String.valueOf(wanted));
        if (!same) {
            throw error(key + ": " + node(key) + " is not supported (only " + wanted + ")");
        }
    }

    /** Refuses a key, unless it is null, false or empty. */
    void refuse(String key, String why) {
        JsonNode value = node(key);
        boolean off =
                !has(key) || (value.isBoolean() && !value.asBoolean()) || (value.isContainerNode() && value.isEmpty());
        if (!off) {
            throw error(key + ": " + why);
        }
    }

    /** Notes the keys of an object within the file, of which only {@code supported} have an effect. */
    void nested(String key, JsonNode object, Set<String> supported) {
        supported.forEach(name -> read.add(key + "." + name));
        object.properties().forEach(entry -> {
            if (!supported.contains(entry.getKey())) {
                unreadNested.add(key + "." + entry.getKey());
            }
        });
    }

    /** Logs the keys that nothing has read. They have no effect, as in transformers. */
    void logUnread() {
        if (!unread().isEmpty()) {
            LOG.warn("{}: not known for model_type {}, without effect: {}", where, text("model_type", ""), unread());
        }
    }

    /** Refuses keys that nothing has read: a new model would silently differ from the one that is meant. */
    void refuseUnread() {
        if (!unread().isEmpty()) {
            throw error("not known for model_type %s: %s"
                    .formatted(
                            text("model_type", ""),
                            unread().stream().map(this::withHint).collect(Collectors.joining(", "))));
        }
    }

    private String withHint(String key) {
        return key
                + DidYouMean.nearest(key, new TreeSet<>(read))
                        .map(near -> " (did you mean " + near + "?)")
                        .orElse("");
    }

    /** Returns the file's keys that nothing has read and that are not known to be harmless, sorted. */
    List<String> unread() {
        Stream<String> outer = json.properties().stream()
                .map(Map.Entry::getKey)
                .filter(key -> !read.contains(key) && !HARMLESS.contains(key));
        return Stream.concat(outer, unreadNested.stream()).sorted().toList();
    }

    InputException error(String what) {
        return new InputException(where + ": " + what);
    }
}
