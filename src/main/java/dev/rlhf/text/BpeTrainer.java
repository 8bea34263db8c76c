package dev.rlhf.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.text.PairMerger.Pair;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Trains a byte-level BPE vocabulary like GPT-2's, which encodes any text losslessly. The result equals that of Hugging
 * Face's {@code BpeTrainer} with a {@code ByteLevel} pre-tokenizer on the same documents.
 *
 * <p>Text is split into words by GPT-2's pattern, and each word into characters that represent its bytes. Then the most
 * frequent pair of adjacent symbols is merged, repeatedly; ties go to the smallest (left id, right id). Ids: special
 * tokens, byte characters by code point, then merges in order.
 *
 * <p>Sennrich et al. 2016, <i>Neural Machine Translation of Rare Words with Subword Units</i>; Radford et al. 2019
 * (GPT-2).
 */
public final class BpeTrainer {
    /** GPT-2's pattern. White space is Unicode's, as {@code \s} is in the Rust library but not in Java. */
    private static final Pattern WORD =
            Pattern.compile("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\p{IsWhite_Space}\\p{L}\\p{N}]+"
                    + "|\\p{IsWhite_Space}+(?!\\P{IsWhite_Space})|\\p{IsWhite_Space}+");

    private final Map<String, Integer> vocabulary = new LinkedHashMap<>();
    private final List<String> tokens = new ArrayList<>();
    /** Merges as "left right"; no token contains a space. */
    private final Set<String> merges = new LinkedHashSet<>();

    private BpeTrainer() {
        SpecialTokens.ALL.forEach(this::add);
        Set<Integer> alphabet = new TreeSet<>();
        for (int b = 0; b < 256; b++) {
            alphabet.add((int) ByteLevel.character(b));
        }
        alphabet.forEach(c -> add(Character.toString(c)));
    }

    /**
     * Trains on {@code documents}; words never span two documents.
     *
     * @param vocabSize number of tokens including special tokens; the result has fewer if the documents have too few
     *     pairs
     * @param minFrequency pairs that occur less often are not merged
     * @throws InputException if {@code vocabSize} is too small for the 256 bytes and the special tokens
     */
    public static TokenizerFiles train(Iterable<String> documents, int vocabSize, int minFrequency) {
        BpeTrainer trainer = new BpeTrainer();
        if (vocabSize < trainer.tokens.size()) {
            throw new InputException("vocab_size is %d; a byte-level vocabulary has at least %d tokens"
                    .formatted(vocabSize, trainer.tokens.size()));
        }
        trainer.merge(trainer.words(documents), vocabSize, Math.max(1, minFrequency));
        return trainer.files();
    }

    private PairMerger words(Iterable<String> documents) {
        Map<String, Long> counts = new TreeMap<>();
        for (String document : documents) {
            Matcher matcher = WORD.matcher(document);
            while (matcher.find()) {
                counts.merge(matcher.group(), 1L, Long::sum);
            }
        }
        int[][] words = counts.keySet().stream()
                .map(word -> ByteLevel.spell(word)
                        .chars()
                        .map(c -> vocabulary.get(Character.toString(c)))
                        .toArray())
                .toArray(int[][]::new);
        return new PairMerger(
                words, counts.values().stream().mapToLong(Long::longValue).toArray());
    }

    private void merge(PairMerger words, int vocabSize, int minFrequency) {
        for (Pair best = words.best(); best != null && best.count() >= minFrequency; best = words.best()) {
            String token = tokens.get(best.left()) + tokens.get(best.right());
            // Two merges can give the same token (a+ba, ab+a), so a merged pair can come up again.
            Integer known = vocabulary.get(token);
            if (known == null && tokens.size() == vocabSize) {
                return;
            }
            merges.add(tokens.get(best.left()) + " " + tokens.get(best.right()));
            words.merge(best, known == null ? add(token) : known);
        }
    }

    private int add(String token) {
        vocabulary.put(token, tokens.size());
        tokens.add(token);
        return tokens.size() - 1;
    }

    private TokenizerFiles files() {
        Map<String, Integer> specials = new LinkedHashMap<>();
        SpecialTokens.ALL.forEach(token -> specials.put(token, vocabulary.getOrDefault(token, -1)));
        ObjectNode model = Json.mapper().createObjectNode().put("type", "BPE");
        model.putNull("dropout").putNull("unk_token");
        model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
        model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
        ObjectNode vocab = model.putObject("vocab");
        vocabulary.forEach(vocab::put);
        ArrayNode list = model.putArray("merges");
        for (String merge : merges) {
            int space = merge.indexOf(' ');
            list.addArray().add(merge.substring(0, space)).add(merge.substring(space + 1));
        }
        return new TokenizerFiles(
                specials,
                Map.of(
                        "pre_tokenizer", byteLevel(false, true),
                        "post_processor", byteLevel(true, false),
                        "decoder", byteLevel(true, true),
                        "model", model));
    }

    private static ObjectNode byteLevel(boolean addPrefixSpace, boolean trimOffsets) {
        return Json.mapper()
                .createObjectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", addPrefixSpace)
                .put("trim_offsets", trimOffsets)
                .put("use_regex", true);
    }
}
