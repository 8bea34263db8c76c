package dev.rlhf.jinja;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The golden renderings written by tools/templates/golden.py. */
final class GoldenTemplates {
    private static final ObjectMapper JSON = new ObjectMapper();

    private GoldenTemplates() {}

    static String text(String name) {
        try (InputStream in =
                Objects.requireNonNull(GoldenTemplates.class.getResourceAsStream("/golden/templates/" + name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Object> json(String name) {
        try {
            return JSON.readValue(text(name), new TypeReference<>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> cases(Map<String, Object> golden) {
        return (List<Map<String, Object>>) golden.get("cases");
    }

    /** The time at which the golden renderings were made. */
    static Clock clock(Map<String, Object> golden) {
        LocalDateTime now = LocalDateTime.parse((String) golden.get("now"));
        return Clock.fixed(now.toInstant(ZoneOffset.UTC), ZoneOffset.UTC);
    }
}
