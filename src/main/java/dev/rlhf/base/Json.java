package dev.rlhf.base;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/** The JSON dialect of the program: strict reading (duplicate keys are errors), UTF-8, NaN allowed in metrics. */
public final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .configure(JsonParser.Feature.INCLUDE_SOURCE_IN_LOCATION, false)
            .build();

    private Json() {}

    /** Returns why JSON could not be read, in one line without Jackson's description of the source. */
    public static String reason(IOException e) {
        String message = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
        String line = String.valueOf(message).strip().lines().findFirst().orElse("cannot be parsed");
        int source = line.indexOf("[Source:");
        int bracket = source < 0 ? -1 : line.lastIndexOf('(', source);
        return bracket < 0 ? line : line.substring(0, bracket).strip();
    }

    /** The shared mapper; writes one line per object. Thread-safe; must not be reconfigured. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }
}
