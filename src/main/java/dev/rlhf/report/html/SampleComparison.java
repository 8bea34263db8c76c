package dev.rlhf.report.html;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Completions of one prompt by several models.
 *
 * @param completions text by model, in the order to show them
 */
public record SampleComparison(String prompt, Map<String, String> completions) {
    public SampleComparison {
        requireNonNull(prompt, "prompt is missing");
        completions = new LinkedHashMap<>(requireNonNull(completions, "completions is missing"));
    }

    /**
     * Reads {@code [{"prompt": "Who?", "completions": {"base": "…", "sft": "…"}}, …]}.
     *
     * @throws InputException if the file has another form
     */
    public static List<SampleComparison> read(Path file) throws IOException {
        try {
            return Json.mapper().readValue(file.toFile(), new TypeReference<List<SampleComparison>>() {});
        } catch (JsonProcessingException e) {
            throw new InputException(file + ": not a list of samples: " + Json.reason(e), e);
        }
    }
}
