package dev.rlhf.base;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.regex.Pattern;

/** JSON as this program reads and writes it: duplicate keys are errors, encoded in UTF-8, NaN is allowed in metrics. */
public final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .configure(JsonParser.Feature.INCLUDE_SOURCE_IN_LOCATION, false)
            .build();

    /** The parts of Jackson's messages that mention its settings or describe the source. */
    private static final Pattern SETTINGS =
            Pattern.compile(", from `StreamReadConstraints[^`]*`|: enable `[^`]*` to allow"
                    + "| \\([^()]*Feature '[^)]*\\)| ?\\([^(]*\\[Source:.*");

    private Json() {}

    /** Returns why JSON could not be read, in one line without the names of Jackson's settings. */
    public static String reason(IOException e) {
        String message = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
        String line = String.valueOf(message).strip().lines().findFirst().orElse("cannot be parsed");
        if (line.startsWith("Trailing token")) {
            return "something follows the value; remove it";
        }
        return SETTINGS.matcher(line).replaceAll("").strip();
    }

    /** Returns the line at which JSON could not be read; 1 if Jackson does not say. */
    public static int line(JsonProcessingException e) {
        return e.getLocation() == null ? 1 : e.getLocation().getLineNr();
    }

    /** Puts a number, or null (not measured) for NaN and infinities, which JSON does not have. */
    public static void putFinite(ObjectNode json, String key, double value) {
        if (Double.isFinite(value)) {
            json.put(key, value);
        } else {
            json.putNull(key);
        }
    }

    /** Returns the shared mapper; writes one line per object. Thread-safe; must not be reconfigured. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }
}
