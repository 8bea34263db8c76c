package dev.rlhf.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.InputFile;
import dev.rlhf.base.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration files of a tokenizer: tokenizer_config.json, special_tokens_map.json (which transformers reads only
 * if the former has no {@code added_tokens_decoder}), and the ids in generation_config.json and config.json. A missing
 * file counts as empty.
 */
record TokenizerConfig(JsonNode config, JsonNode specialTokensMap, ModelFile generation, ModelFile model) {
    /** A JSON file of the model. */
    record ModelFile(Path path, JsonNode json) {
        static ModelFile read(Path path) {
            return new ModelFile(path, TokenizerConfig.json(path));
        }
    }

    /** The single-token attributes of transformers' tokenizers, in order. */
    static final List<String> ROLES = List.of("bos", "eos", "unk", "sep", "pad", "cls", "mask");

    /** Default tokens of tokenizer classes, used if the configuration names none; from transformers 4.57. */
    private static final Map<String, Map<String, String>> DEFAULTS = Map.of(
            "LlamaTokenizer", Map.of("bos", "<s>", "eos", "</s>", "unk", "<unk>"),
            "CodeLlamaTokenizer", Map.of("bos", "<s>", "eos", "</s>", "unk", "<unk>"),
            "GemmaTokenizer", Map.of("bos", "<bos>", "eos", "<eos>", "unk", "<unk>", "pad", "<pad>"),
            "GPT2Tokenizer", Map.of("bos", "<|endoftext|>", "eos", "<|endoftext|>", "unk", "<|endoftext|>"),
            "GPTNeoXTokenizer", Map.of("bos", "<|endoftext|>", "eos", "<|endoftext|>", "unk", "<|endoftext|>"),
            "Qwen2Tokenizer", Map.of("eos", "<|endoftext|>", "unk", "<|endoftext|>", "pad", "<|endoftext|>"));

    /** Classes that build their post-processor from add_bos_token and add_eos_token, with the default of the former. */
    private static final Map<String, Boolean> ADDS_BOS = Map.of(
            "LlamaTokenizer", true,
            "CodeLlamaTokenizer", true,
            "GemmaTokenizer", true,
            "CohereTokenizer", true,
            "GPTNeoXTokenizer", false);

    /**
     * Reads the files beside {@code folder/tokenizer.json}.
     *
     * @param base folder of generation_config.json and config.json if {@code folder}, an adapter's, lacks them
     * @throws InputException if one of the files is not JSON
     */
    static TokenizerConfig read(Path folder, Path base) {
        return new TokenizerConfig(
                json(folder.resolve("tokenizer_config.json")),
                json(folder.resolve("special_tokens_map.json")),
                ModelFile.read(either("generation_config.json", folder, base)),
                ModelFile.read(either("config.json", folder, base)));
    }

    private static Path either(String file, Path folder, Path base) {
        return Files.isRegularFile(folder.resolve(file)) ? folder.resolve(file) : base.resolve(file);
    }

    /** Returns the spelling of the token with a role such as {@code eos}. */
    Optional<String> token(String role) {
        String name = role + "_token";
        for (JsonNode file : List.of(config, specialTokensMap)) {
            if (file.has(name)) {
                return spelling(file.get(name));
            }
        }
        return Optional.ofNullable(
                DEFAULTS.getOrDefault(tokenizerClass(), Map.of()).get(role));
    }

    /** Returns the {@code additional_special_tokens}. */
    List<String> additional() {
        List<String> tokens = new ArrayList<>();
        for (JsonNode file : List.of(config, specialTokensMap)) {
            file.path("additional_special_tokens")
                    .forEach(token -> spelling(token)
                            .filter(spelling -> !tokens.contains(spelling))
                            .ifPresent(tokens::add));
        }
        return tokens;
    }

    /**
     * Returns the variables that transformers adds to a chat template: {@code bos_token}, …, {@code
     * additional_special_tokens}.
     */
    Map<String, Object> templateVariables() {
        Map<String, Object> variables = new LinkedHashMap<>();
        for (String role : ROLES) {
            token(role).ifPresent(spelling -> variables.put(role + "_token", spelling));
        }
        if (!additional().isEmpty()) {
            variables.put("additional_special_tokens", additional());
        }
        return variables;
    }

    /**
     * Returns the ids of a role such as {@code eos} in generation_config.json, otherwise in config.json. May be empty.
     */
    List<Integer> ids(String role) {
        String key = role + "_token_id";
        List<Integer> ids = TokenIds.of(generation.path(), generation.json(), key);
        return ids.isEmpty() ? TokenIds.of(model.path(), model.json(), key) : ids;
    }

    /**
     * Refuses ids of a role in generation_config.json and config.json for which a model has no embedding.
     *
     * @throws InputException naming the file and the id
     */
    void requireIdsBelow(int tokens, String role) {
        String key = role + "_token_id";
        for (ModelFile file : List.of(generation, model)) {
            TokenIds.requireBelow(tokens, TokenIds.of(file.path(), file.json(), key), file.path(), key);
        }
    }

    /**
     * Returns whether the tokenizer class adds its own BOS and EOS, regardless of the post-processor in tokenizer.json.
     * In files that transformers 5 saved, which name a {@code backend}, only if the keys for it are given.
     */
    boolean replacesPostProcessor() {
        if (config.has("backend")) {
            return config.has("add_bos_token") || config.has("add_eos_token");
        }
        return ADDS_BOS.containsKey(tokenizerClass());
    }

    boolean addsBos() {
        return config.path("add_bos_token").asBoolean(ADDS_BOS.getOrDefault(tokenizerClass(), false));
    }

    boolean addsEos() {
        return config.path("add_eos_token").asBoolean(false);
    }

    private String tokenizerClass() {
        String name = config.path("tokenizer_class").asText("");
        return name.endsWith("Fast") ? name.substring(0, name.length() - 4) : name;
    }

    private static Optional<String> spelling(JsonNode token) {
        String content = token.isObject() ? token.path("content").asText("") : token.asText("");
        return token.isNull() || content.isEmpty() ? Optional.empty() : Optional.of(content);
    }

    private static JsonNode json(Path file) {
        if (!Files.isRegularFile(file)) {
            return Json.mapper().createObjectNode();
        }
        try {
            JsonNode json = Json.mapper().readTree(InputFile.text(file));
            if (!json.isObject()) {
                throw InputException.at(file, "must hold a JSON object; copy the file again, or delete it");
            }
            return json;
        } catch (JsonProcessingException e) {
            throw InputException.at(file, Json.line(e), "not JSON: " + Json.reason(e));
        }
    }
}
