package dev.rlhf.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Builds a vocabulary of single characters (code points): the distinct characters of a text, sorted and numbered from
 * 0, like nanoGPT's {@code shakespeare_char}. Encoding any other character is an error.
 */
public final class CharTokenizer {
    private CharTokenizer() {}

    /**
     * Builds the vocabulary of {@code documents}.
     * @param specials whether to add {@link SpecialTokens} after the characters; without them there is no
     *     end-of-sequence token
     * @throws InputException if the documents have no characters
     */
    public static TokenizerFiles train(Iterable<String> documents, boolean specials) {
        TreeSet<Integer> characters = new TreeSet<>();
        for (String document : documents) {
            document.codePoints().forEach(characters::add);
        }
        if (characters.isEmpty()) {
            throw new InputException("no text to take characters from");
        }
        Map<String, Integer> vocabulary = new LinkedHashMap<>();
        characters.forEach(c -> vocabulary.put(Character.toString(c), vocabulary.size()));
        Map<String, Integer> special = new LinkedHashMap<>();
        if (specials) {
            SpecialTokens.ALL.forEach(token -> special.put(token, vocabulary.size() + special.size()));
            vocabulary.putAll(special);
        }
        ObjectNode model = Json.mapper().createObjectNode().put("type", "WordLevel");
        ObjectNode vocab = model.putObject("vocab");
        vocabulary.forEach(vocab::put);
        // Required, but deliberately missing from the vocabulary: an unknown character is an error. another.
        model.put("unk_token", "<unk>");
        ObjectNode split = Json.mapper().createObjectNode().put("type", "Split");
        split.putObject("pattern").put("Regex", "[\\s\\S]");
        split.put("behavior", "Isolated").put("invert", false);
        ObjectNode decoder = Json.mapper().createObjectNode().put("type", "Fuse");
        return new TokenizerFiles(special, Map.of("pre_tokenizer", split, "decoder", decoder, "model", model));
    }
}
