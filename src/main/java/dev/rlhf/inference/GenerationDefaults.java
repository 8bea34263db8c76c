package dev.rlhf.inference;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.checkpoint.AdapterFolder;
import dev.rlhf.model.ModelConfig;
import dev.rlhf.text.TokenIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The generation settings of a checkpoint, read as in transformers: from generation_config.json, and from config.json
 * for settings that it lacks.
 *
 * @param eosIds tokens that end a completion; may be empty
 * @param repetitionPenalty 1 = off
 */
public record GenerationDefaults(Set<Integer> eosIds, double repetitionPenalty) {
    private static final String EOS = "eos_token_id";

    /**
     * Reads the settings of a folder.
     *
     * @throws InputException if generation_config.json is not a JSON object, or a setting is wrong
     */
    public static GenerationDefaults read(Path folder, ModelConfig config) {
        Path file = folder.resolve("generation_config.json");
        if (!Files.isRegularFile(file)) {
            file = AdapterFolder.baseOf(folder).resolve("generation_config.json");
        }
        if (!Files.isRegularFile(file)) {
            return new GenerationDefaults(new LinkedHashSet<>(config.eosIds()), 1);
        }
        try {
            JsonNode json = Json.mapper().readTree(file.toFile());
            if (!json.isObject()) {
                throw InputException.at(file, "not a JSON object");
            }
            Set<Integer> ids = new LinkedHashSet<>(TokenIds.of(file, json, EOS));
            TokenIds.requireBelow(config.vocabSize(), ids, file, EOS);
            if (ids.isEmpty()) {
                ids.addAll(config.eosIds());
            }
            return new GenerationDefaults(ids, repetitionPenalty(file, json.path("repetition_penalty")));
        } catch (IOException e) {
            throw InputException.at(file, "not readable as JSON");
        }
    }

    private static double repetitionPenalty(Path file, JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return 1;
        }
        if (!(value.isNumber() && value.doubleValue() > 0)) {
            throw InputException.at(file, "repetition_penalty: " + value + " is not a number above 0");
        }
        return value.doubleValue();
    }
}
