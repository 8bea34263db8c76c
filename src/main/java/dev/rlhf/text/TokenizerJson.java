package dev.rlhf.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.InputFile;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A parsed {@code tokenizer.json} with the changes that transformers makes on loading. It also lists the tokens and
 * which of them are special, which the library does not expose through JNI.
 *
 * @param ids every token and its id, including added tokens
 * @param special the special tokens and their ids
 */
record TokenizerJson(ObjectNode root, Map<String, Integer> ids, Map<String, Integer> special) {
    /** Begins the {@linkplain #marker spelling} of a special token. A noncharacter, which occurs in no text. */
    static final char MARK = '\uFDD0';

    private static final char MARK_END = '\uFDD1';

    /** A special token that precedes a text if the text does not begin at the start of its row. */
    static final String CONTEXT = MARK + "context" + MARK_END;

    /** @throws InputException if the file is not a tokenizer whose model has a vocabulary of token to id */
    static TokenizerJson read(Path file, TokenizerConfig config) {
        InputFile.check(file);
        try {
            JsonNode tree = Json.mapper().readTree(Files.readString(file, StandardCharsets.UTF_8));
            if (!(tree instanceof ObjectNode root) || !(tree.path("model").path("vocab") instanceof ObjectNode vocab)) {
                throw InputException.at(
                        file, "unsupported tokenizer: model.vocab must map tokens to ids (BPE, WordLevel, WordPiece)");
            }
            Map<String, Integer> ids = new LinkedHashMap<>();
            vocab.properties()
                    .forEach(entry -> ids.put(entry.getKey(), entry.getValue().asInt()));
            addTokens(root, ids, config);
            Map<String, Integer> special = new LinkedHashMap<>();
            for (JsonNode token : root.path("added_tokens")) {
                String content = token.path("content").asText();
                ids.put(content, token.path("id").asInt());
                if (token.path("special").asBoolean()) {
                    special.put(content, token.path("id").asInt());
                }
            }
            setPrefixSpace(root, config);
            setPostProcessor(root, ids, config);
            return new TokenizerJson(root, ids, special);
        } catch (JsonProcessingException e) {
            throw InputException.at(file, Json.line(e), "not JSON: " + Json.reason(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the spelling of a special token in {@link #textOnly}. No marker is a prefix of another. */
    static String marker(int id) {
        return MARK + Integer.toString(id) + MARK_END;
    }

    /**
     * Returns the same tokenizer with its special tokens spelled as {@link #marker}s. Their usual spelling becomes
     * ordinary text; their other properties, such as stripping white space, stay the same. (The library's
     * {@code encode_special_tokens} reads special tokens as text, but it is not reachable through JNI and applies to
     * all tokens or none.) All added tokens are moved into the model's vocabulary, where no merge leads to them,
     * because the library renumbers those it does not find there.
     */
    String textOnly() {
        ObjectNode copy = root.deepCopy();
        ObjectNode vocab = (ObjectNode) copy.get("model").get("vocab");
        for (JsonNode token : copy.path("added_tokens")) {
            ObjectNode added = (ObjectNode) token;
            if (added.path("special").asBoolean()) {
                added.put("content", marker(added.path("id").asInt()));
            }
            String content = added.path("content").asText();
            if (!vocab.has(content)) {
                vocab.put(content, added.path("id").asInt());
            }
        }
        int context = ids.values().stream().mapToInt(id -> id + 1).max().orElse(0);
        vocab.put(CONTEXT, context);
        copy.withArray("added_tokens").add(added(context, CONTEXT));
        copy.putNull("post_processor");
        return copy.toString();
    }

    /**
     * Returns whether a text can be encoded in parts, split before each special token. It cannot if a special token
     * strips the white space before it or is matched in normalized text.
     */
    boolean separable() {
        for (JsonNode token : root.path("added_tokens")) {
            if (token.path("special").asBoolean()
                    && (token.path("lstrip").asBoolean()
                            || (token.path("normalized").asBoolean() && root.hasNonNull("normalizer")))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Adds missing tokens as transformers does: those of added_tokens_decoder, and those that the configuration names
     * special.
     */
    private static void addTokens(ObjectNode root, Map<String, Integer> ids, TokenizerConfig config) {
        ArrayNode tokens = root.withArray("added_tokens");
        Map<String, Boolean> known = new LinkedHashMap<>();
        tokens.forEach(token -> known.put(token.path("content").asText(), true));
        config.config().path("added_tokens_decoder").properties().forEach(entry -> {
            if (entry.getValue() instanceof ObjectNode token
                    && known.putIfAbsent(token.path("content").asText(), true) == null) {
                tokens.add(token.deepCopy().put("id", Integer.parseInt(entry.getKey())));
            }
        });
        Stream<String> roles = TokenizerConfig.ROLES.stream().flatMap(role -> config.token(role).stream());
        Stream.concat(roles, config.additional().stream()).forEach(token -> {
            Integer id = ids.get(token);
            if (id != null && known.putIfAbsent(token, true) == null) {
                tokens.add(added(id, token));
            }
        });
    }

    /** Sets add_prefix_space as transformers does: from tokenizer_config.json, with false as the default. */
    private static void setPrefixSpace(ObjectNode root, TokenizerConfig config) {
        if (root.path("pre_tokenizer") instanceof ObjectNode pre
                && pre.has("add_prefix_space")
                && !config.config().isEmpty()) {
            pre.put("add_prefix_space", config.config().path("add_prefix_space").asBoolean(false));
        }
    }

    /**
     * Sets the post-processor like the Llama and Gemma classes of transformers: BOS and EOS follow the configuration,
     * not the file.
     */
    private static void setPostProcessor(ObjectNode root, Map<String, Integer> ids, TokenizerConfig config) {
        if (!config.replacesPostProcessor()) {
            return;
        }
        ObjectNode processor = root.putObject("post_processor").put("type", "TemplateProcessing");
        ArrayNode single = processor.putArray("single");
        ObjectNode specials = Json.mapper().createObjectNode();
        if (config.addsBos()) {
            config.token("bos").filter(ids::containsKey).ifPresent(token -> around(single, specials, token, ids));
        }
        single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        if (config.addsEos()) {
            config.token("eos").filter(ids::containsKey).ifPresent(token -> around(single, specials, token, ids));
        }
        ArrayNode pair = processor.putArray("pair");
        pair.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        pair.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
        processor.set("special_tokens", specials);
    }

    private static void around(ArrayNode single, ObjectNode specials, String token, Map<String, Integer> ids) {
        single.addObject().putObject("SpecialToken").put("id", token).put("type_id", 0);
        ObjectNode special = specials.putObject(token).put("id", token);
        special.putArray("ids").add(ids.get(token));
        special.putArray("tokens").add(token);
    }

    private static ObjectNode added(int id, String content) {
        return Json.mapper()
                .createObjectNode()
                .put("id", id)
                .put("content", content)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true);
    }
}
