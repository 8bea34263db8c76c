package dev.rlhf.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the values of a Hugging Face config.json by key and type. A key that the file leaves out has the default of
 * transformers' config class for the family; a key that the file sets to null has none. Errors name the key that is
 * missing or not supported, and {@link #finish} reports the keys that nothing has read: no key is ignored silently.
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
        if (!node(key).canConvertToInt()) {
            throw error(key + " is missing or not an integer");
        }
        return node(key).asInt();
    }

    int integer(String key, int defaultValue) {
        return has(key) ? integer(key) : defaultValue;
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
            node(key).forEach(id -> ids.add(id.asInt()));
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

    /**
     * Logs the keys that nothing has read, because one may be misspelt. They have no effect, as in transformers.
     */
    void finish() {
        List<String> unknown = unread();
        if (!unknown.isEmpty()) {
            LOG.warn("{}: not known for model_type {}, without effect: {}", where, text("model_type", ""), unknown);
        }
    }

    /** Returns the file's keys that nothing has read and that are not known to be harmless, sorted. */
    List<String> unread() {
        return json.properties().stream()
                .map(Map.Entry::getKey)
                .filter(key -> !read.contains(key) && !HARMLESS.contains(key))
                .sorted()
                .toList();
    }

    InputException error(String what) {
        return new InputException(where + ": " + what);
    }
}
