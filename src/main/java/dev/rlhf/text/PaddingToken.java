package dev.rlhf.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The token with which transformers pads the batches of a reward model. {@code …ForSequenceClassification} (4.57)
 * scores the rightmost token that is not {@code pad_token_id}, even in a row without padding, so no row may end with
 * this token: if it were the end token, the token before it would be scored.
 *
 * @param id below the model's vocabulary size
 * @param spelling as spelled in the vocabulary
 */
public record PaddingToken(int id, String spelling) {
    private static final String PAD_TOKEN = "pad_token";

    /**
     * Chooses the tokenizer's padding token if no row ends with it; otherwise another special token that never ends a
     * row; otherwise, in a byte-level vocabulary, a token that ends within a UTF-8 character, because no text ends with
     * one.
     *
     * @param ends tokens that end a row, in addition to those of the tokenizer and its chat format
     * @param modelSize rows of the model's embedding
     * @return empty if there is no such token
     */
    public static Optional<PaddingToken> find(Tokenizer tokenizer, Set<Integer> ends, int modelSize) {
        Set<Integer> unsafe = new TreeSet<>(ends);
        unsafe.addAll(tokenizer.eosIds());
        ConversationFormat.find(tokenizer).ifPresent(format -> unsafe.addAll(format.stopIds()));
        int[] text = tokenizer.encodeText("a", true);
        if (text.length > 0) {
            unsafe.add(text[text.length - 1]); // some tokenizers end every text with a token
        }
        return special(tokenizer, unsafe, modelSize).or(() -> unfinished(tokenizer, unsafe, modelSize));
    }

    private static Optional<PaddingToken> special(Tokenizer tokenizer, Set<Integer> unsafe, int modelSize) {
        return tokenizer.specials().entrySet().stream()
                .map(token -> new PaddingToken(token.getValue(), token.getKey()))
                .filter(token -> !unsafe.contains(token.id) && token.id < modelSize)
                .min(Comparator.<PaddingToken>comparingInt(token -> token.rank(tokenizer))
                        .thenComparingInt(PaddingToken::id));
    }

    private int rank(Tokenizer tokenizer) {
        String name = spelling.toLowerCase(Locale.ROOT);
        if (tokenizer.hasPad() && id == tokenizer.padId()) {
            return 0;
        }
        if (name.matches(".*(pad|reserved|unused).*")) {
            return 1;
        }
        if (tokenizer.bosId().orElse(-1) == id) {
            return 2; // other tokens may end a prompt, and therefore a row with an empty completion
        }
        return name.contains("unk") ? 4 : 3; // a text may end with an unknown character
    }

    /** Returns the last token of a byte-level vocabulary whose bytes stop within a character. */
    private static Optional<PaddingToken> unfinished(Tokenizer tokenizer, Set<Integer> unsafe, int modelSize) {
        if (!tokenizer.byteLevel()) {
            return Optional.empty();
        }
        int size = Math.min(tokenizer.vocabSize(), modelSize);
        return IntStream.iterate(size - 1, id -> id >= 0, id -> id - 1)
                .filter(id -> !unsafe.contains(id) && !tokenizer.isSpecial(id))
                .mapToObj(id -> new PaddingToken(id, tokenizer.spelling(id)))
                .filter(token -> ByteLevel.endsMidCharacter(token.spelling))
                .findFirst();
    }

    /**
     * Sets the padding token in the tokenizer files of a folder, so that {@code tokenizer(texts, padding=True)} uses
     * it. With null it is removed, and transformers refuses to pad.
     */
    public static void writeTo(Path folder, @Nullable PaddingToken token) throws IOException {
        Optional<String> spelling = Optional.ofNullable(token).map(PaddingToken::spelling);
        for (String name : new String[] {"tokenizer_config.json", "special_tokens_map.json"}) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)
                    && Json.mapper().readTree(file.toFile()) instanceof ObjectNode json
                    && !named(json).equals(spelling)) {
                json.put(PAD_TOKEN, spelling.orElse(null));
                AtomicFiles.writeString(
                        file, Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
            }
        }
    }

    private static Optional<String> named(ObjectNode json) {
        String text = json.path(PAD_TOKEN).isObject()
                ? json.path(PAD_TOKEN).path("content").asText("")
                : json.path(PAD_TOKEN).asText("");
        return text.isEmpty() || json.path(PAD_TOKEN).isNull() ? Optional.empty() : Optional.of(text);
    }
}
