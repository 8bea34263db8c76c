package dev.rlhf.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.text.internal.NativeTokenizer;
import dev.rlhf.text.internal.TokenizerJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Text to token ids and back, as the {@code tokenizer.json} of a Hugging Face folder says. Nothing is added, truncated or
 * cleaned up: {@code decode(encode(text))} is {@code text} for byte-level vocabularies.
 *
 * <p>Special tokens typed in a text are text: {@link #encode} never yields their ids, so what a user writes cannot end a turn
 * or open another. Who needs a special id asks {@link #idOf}.
 *
 * <p>Holds native memory; whoever loads it closes it. Threads may share it until it is closed.
 */
public final class Tokenizer implements AutoCloseable {
    private static final String TOKENIZER_JSON = "tokenizer.json";

    private final Path folder;
    private final Map<String, Integer> ids;
    private final Map<String, Integer> special;
    private final String unknown;
    private final int vocabSize;
    private final OptionalInt eos;
    private final OptionalInt bos;
    private final OptionalInt pad;
    private final NativeTokenizer withSpecials;
    private final NativeTokenizer textOnly;

    private Tokenizer(Path folder, TokenizerJson json, NativeTokenizer withSpecials, NativeTokenizer textOnly) {
        this.folder = folder;
        this.ids = json.ids();
        this.special = json.special();
        this.unknown = json.root().path("model").path("unk_token").asText("");
        this.vocabSize = ids.values().stream().mapToInt(id -> id + 1).max().orElse(0);
        this.withSpecials = withSpecials;
        this.textOnly = textOnly;
        this.eos = declared("eos");
        this.bos = declared("bos");
        this.pad = declared("pad");
    }

    /** Whether {@code folder} has a {@code tokenizer.json}; a checkpoint without one can train on pre-tokenised rows only. */
    public static boolean present(Path folder) {
        return Files.isRegularFile(folder.resolve(TOKENIZER_JSON));
    }

    /**
     * Loads the tokenizer of a checkpoint folder.
     *
     * @throws InputException if there is none, or it cannot be read, or its special tokens cannot be told from text
     */
    public static Tokenizer load(Path folder) {
        Path file = folder.resolve(TOKENIZER_JSON);
        if (!Files.isRegularFile(file)) {
            throw InputException.at(
                    folder,
                    "no tokenizer.json; save the tokenizer in the fast format (transformers: save_pretrained of a fast tokenizer)");
        }
        TokenizerJson json = TokenizerJson.read(file);
        NativeTokenizer withSpecials = open(file, json.root().toString());
        NativeTokenizer textOnly = json.special().isEmpty() ? withSpecials : open(file, json.withoutSpecials());
        Tokenizer tokenizer = new Tokenizer(folder, json, withSpecials, textOnly);
        try {
            tokenizer.refuseReachableSpecials(file);
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
        return tokenizer;
    }

    private static NativeTokenizer open(Path file, String json) {
        try {
            return new NativeTokenizer(json);
        } catch (RuntimeException e) {
            throw new InputException(file + ": " + e.getMessage(), e);
        }
    }

    /** The ids of {@code text}; special tokens in it are text. Half a surrogate pair becomes U+FFFD. */
    public int[] encode(String text) {
        return encode(textOnly, text);
    }

    /** The ids of {@code text}; special tokens in it become their ids. For texts of one's own making only. */
    public int[] encodeWithSpecials(String text) {
        return encode(withSpecials, text);
    }

    /** The text of {@code ids}, special tokens included; bytes that are not UTF-8 become U+FFFD. */
    public String decode(int[] ids) {
        return decode(ids, false);
    }

    /** The text of {@code ids}; ids beyond {@link #vocabSize} (rows a model has for padding) have none. */
    public String decode(int[] ids, boolean skipSpecial) {
        return withSpecials.decode(ids, skipSpecial);
    }

    /** The highest id plus one, added tokens included: the least number of embedding rows a model needs. */
    public int vocabSize() {
        return vocabSize;
    }

    /** The id of a token as the vocabulary spells it, special or not. */
    public OptionalInt idOf(String token) {
        Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    public boolean hasEos() {
        return eos.isPresent();
    }

    /** The token that ends a turn or a document. @throws InputException if the folder names none */
    public int eosId() {
        return eos.orElseThrow(() ->
                InputException.at(folder, "names no end-of-sequence token; set eos_token in tokenizer_config.json"));
    }

    /** The token a text begins with, if the folder names one. It is never added unasked. */
    public OptionalInt bosId() {
        return bos;
    }

    /** What fills a row up to its batch's width: the pad token, else the eos token, else 0. Masks never depend on it. */
    public int padId() {
        return pad.orElse(eos.orElse(0));
    }

    /** Copies the tokenizer's files into {@code target}, as they are; nothing if that is the folder they came from. */
    public void copyTo(Path target) throws IOException {
        CompanionFiles.copy(folder, target);
    }

    @Override
    public void close() {
        withSpecials.close();
        textOnly.close();
    }

    private static int[] encode(NativeTokenizer tokenizer, String text) {
        String wellFormed = wellFormed(text);
        try {
            return tokenizer.encode(wellFormed);
        } catch (RuntimeException e) {
            throw new InputException(unknownCharacter(tokenizer, wellFormed, e), e);
        }
    }

    /** JNI spoils a whole text that has a lone surrogate in it (JSON can escape one). */
    private static String wellFormed(String text) {
        boolean lone = text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
        if (!lone) {
            return text;
        }
        return text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** A vocabulary of characters does not have them all; the library says so without naming the one. */
    private static String unknownCharacter(NativeTokenizer tokenizer, String text, RuntimeException cause) {
        for (int c : text.codePoints().distinct().toArray()) {
            try {
                tokenizer.encode(Character.toString(c));
            } catch (RuntimeException e) {
                return "character '%s' (U+%04X) is not in the tokenizer's vocabulary"
                        .formatted(Character.toString(c), c);
            }
        }
        return "the tokenizer cannot encode this text: " + cause.getMessage();
    }

    /** Vocabularies exist (WordPiece, a token that is one word) where a special token's text leads to its id all the same. */
    private void refuseReachableSpecials(Path file) {
        special.forEach((token, id) -> {
            if (!token.equals(unknown) && reaches(token, id)) {
                throw InputException.at(
                        file, "special token %s is also what its text encodes to; rename it".formatted(token));
            }
        });
    }

    private boolean reaches(String token, int id) {
        try {
            for (int found : textOnly.encode(token)) {
                if (found == id) {
                    return true;
                }
            }
            return false;
        } catch (RuntimeException unknownCharacters) {
            return false;
        }
    }

    /**
     * The id of a role such as {@code eos}: what tokenizer_config.json or special_tokens_map.json name, else the id in
     * generation_config.json or config.json. Transformers looks in the same order.
     */
    private OptionalInt declared(String role) {
        for (String name : List.of("tokenizer_config.json", "special_tokens_map.json")) {
            JsonNode token = json(name).path(role + "_token");
            String content = token.isObject() ? token.path("content").asText() : token.asText("");
            OptionalInt id = idOf(content);
            if (id.isPresent()) {
                return id;
            }
        }
        for (String name : List.of("generation_config.json", "config.json")) {
            JsonNode id = json(name).path(role + "_token_id");
            JsonNode first = id.isArray() ? id.path(0) : id;
            if (first.isInt()) {
                return OptionalInt.of(first.asInt());
            }
        }
        return OptionalInt.empty();
    }

    private JsonNode json(String name) {
        Path file = folder.resolve(name);
        try {
            return Files.isRegularFile(file)
                    ? Json.mapper().readTree(file.toFile())
                    : Json.mapper().missingNode();
        } catch (JsonProcessingException e) {
            throw InputException.at(file, e.getLocation().getLineNr(), "not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
