package dev.rlhf.text.internal;

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
 * A parsed {@code tokenizer.json}: what the library does not tell through JNI (which tokens there are, which are special), with what
 * transformers changes of it when it loads the folder.
 *
 * @param ids every token and its id, added ones included
 * @param special those marked special, and their ids
 */
public record TokenizerJson(ObjectNode root, Map<String, Integer> ids, Map<String, Integer> special) {
    /** Opens and closes the {@linkplain #marker spelling} of a special token; not a character, so no text has it. */
    public static final char MARK = '\uFDD0';

    private static final char MARK_END = '\uFDD1';

    /** A special token of no other use than to stand before a text that does not begin where its row begins. */
    public static final String CONTEXT = MARK + "context" + MARK_END;

    /** @throws InputException if the file is not a tokenizer whose model has a vocabulary of token to id */
    public static TokenizerJson read(Path file, TokenizerConfig config) {
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
            throw InputException.at(file, e.getLocation().getLineNr(), "not JSON: " + Json.reason(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How the tokenizer of {@link #textOnly} spells a special token. No marker is the beginning of another. */
    public static String marker(int id) {
        return MARK + Integer.toString(id) + MARK_END;
    }

    /**
     * The same tokenizer with its special tokens spelled as {@link #marker}s: their usual spelling is ordinary text, and everything
     * else about them (white space they swallow, what their neighbours make of them) is as it was. (The library can read special tokens
     * as text, {@code encode_special_tokens}, but JNI does not reach it, and it knows no half measure.) All added tokens move
     * into the model's vocabulary, where no merge leads to them, because the library numbers those it does not find there.
     */
    public String textOnly() {
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
     * Whether a text can be encoded in parts, cut before each special token: not if one swallows the white space before it, or is looked
     * for in normalised text.
     */
    public boolean separable() {
        for (JsonNode token : root.path("added_tokens")) {
            if (token.path("special").asBoolean()
                    && (token.path("lstrip").asBoolean()
                            || (token.path("normalized").asBoolean() && root.hasNonNull("normalizer")))) {
                return false;
            }
        }
        return true;
    }

    /** As transformers: tokens of added_tokens_decoder, and those that the configuration names special, where the file lacks them. */
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

    /** As transformers: tokenizer_config.json decides, and false where it is silent. */
    private static void setPrefixSpace(ObjectNode root, TokenizerConfig config) {
        if (root.path("pre_tokenizer") instanceof ObjectNode pre
                && pre.has("add_prefix_space")
                && !config.config().isEmpty()) {
            pre.put("add_prefix_space", config.config().path("add_prefix_space").asBoolean(false));
        }
    }

    /** As the Llama and Gemma classes of transformers: BOS and EOS by the configuration, not by the file. */
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
