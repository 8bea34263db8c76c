package dev.rlhf.text;

import dev.rlhf.base.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Converts text to token ids and back, as specified by the {@code tokenizer.json} of a Hugging Face folder, with the
 * same results as transformers. Nothing is added, truncated or cleaned up: {@code decode(encode(text))} equals {@code
 * text} for byte-level vocabularies.
 *
 * <p>Special tokens typed in a text are text: {@link #encode} never returns their ids, so a user cannot end a turn or
 * begin another. Use {@link #idOf} to get a special token's id. Added tokens that are not special (Qwen3's {@code
 * <think>}) are recognised in texts, as in transformers.
 *
 * <p>Holds native memory and must be closed by the caller of {@link #load}. Thread-safe until it is closed.
 */
public final class Tokenizer implements AutoCloseable {
    private static final String TOKENIZER_JSON = "tokenizer.json";

    private final Path folder;
    private final Vocabulary vocabulary;
    private final TokenizerConfig config;
    private final boolean separable;
    private final String unknown;
    private final boolean byteLevel;
    private final OptionalInt eos;
    private final OptionalInt bos;
    private final OptionalInt pad;
    private final NativeTokenizer withSpecials;
    private final NativeTokenizer textOnly;

    private Tokenizer(
            Path folder,
            TokenizerConfig config,
            TokenizerJson json,
            NativeTokenizer withSpecials,
            NativeTokenizer textOnly) {
        this.folder = folder;
        this.config = config;
        this.vocabulary = new Vocabulary(json.ids(), json.special());
        this.separable = json.separable();
        this.unknown = json.root().path("model").path("unk_token").asText("");
        this.byteLevel = json.root().path("decoder").toString().contains("\"ByteLevel\"");
        this.withSpecials = withSpecials;
        this.textOnly = textOnly;
        this.eos = declared("eos");
        this.bos = declared("bos");
        this.pad = declared("pad");
    }

    /**
     * Returns whether {@code folder} has a {@code tokenizer.json}. A checkpoint without one can only train on
     * pre-tokenised rows.
     */
    public static boolean existsIn(Path folder) {
        return Files.isRegularFile(folder.resolve(TOKENIZER_JSON));
    }

    /**
     * Loads the tokenizer of a checkpoint folder.
     *
     * @throws InputException if it is missing or unreadable, or its special tokens cannot be distinguished from text
     */
    public static Tokenizer load(Path folder) {
        return load(folder, folder);
    }

    /**
     * Loads the tokenizer of an adapter folder. Ids in generation_config.json and config.json come from {@code base} if
     * the adapter's folder lacks those files.
     */
    public static Tokenizer load(Path folder, Path base) {
        Path file = folder.resolve(TOKENIZER_JSON);
        if (!Files.isRegularFile(file)) {
            throw missing(folder);
        }
        TokenizerConfig config = TokenizerConfig.read(folder, base);
        TokenizerJson json = TokenizerJson.read(file, config);
        NativeTokenizer withSpecials = open(file, json.root().toString());
        Tokenizer tokenizer = new Tokenizer(folder, config, json, withSpecials, open(file, json.textOnly()));
        try {
            tokenizer.refuseReachableSpecials(file);
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
        return tokenizer;
    }

    /** Returns the error for a folder without a readable tokenizer. */
    public static InputException missing(Path folder) {
        return InputException.at(
                folder,
                "no tokenizer.json; save the tokenizer in the fast format (transformers: save_pretrained of a fast"
                        + " tokenizer)");
    }

    private static NativeTokenizer open(Path file, String json) {
        try {
            return new NativeTokenizer(json);
        } catch (RuntimeException e) {
            throw new InputException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Returns the ids of {@code text}; special tokens in it are text. Lone surrogates become U+FFFD, and so does
     * U+FDD0, a noncharacter that this class uses to mark special tokens.
     */
    public int[] encode(String text) {
        return textOnly.encode(text.replace(TokenizerJson.MARK, '\uFFFD'), false);
    }

    /**
     * Returns the ids of a text that continues another: without the space that SentencePiece vocabularies add before
     * the first word of a text. Special tokens in it are text.
     */
    public int[] encodeContinuation(String text) {
        return encodeMarkedContinuation(text.replace(TokenizerJson.MARK, '\uFFFD'));
    }

    /**
     * Returns the ids of {@code tokenizer(text, add_special_tokens=…)} in transformers: special tokens in the text
     * become their ids, and the post-processor may add one before and after it. A BOS token is never doubled if the
     * text already spells it. Must not be used for text from users.
     */
    public int[] encodeText(String text, boolean addSpecialTokens) {
        int[] ids = withSpecials.encode(text, addSpecialTokens);
        boolean doubled =
                addSpecialTokens && bos.isPresent() && ids.length > 1 && ids[0] == bos.getAsInt() && ids[1] == ids[0];
        return doubled ? Arrays.copyOfRange(ids, 1, ids.length) : ids;
    }

    /** Returns the ids that the post-processor adds before a text, such as BOS; often none. */
    public int[] prefixIds() {
        int[] bare = withSpecials.encode("a", false);
        int[] whole = withSpecials.encode("a", true);
        for (int at = 0; at + bare.length <= whole.length; at++) {
            if (Arrays.equals(whole, at, at + bare.length, bare, 0, bare.length)) {
                return Arrays.copyOf(whole, at);
            }
        }
        throw InputException.at(folder, "the post_processor of tokenizer.json changes more than the ends of a text");
    }

    /** Returns the ids of a text in which special tokens are spelled as {@link TokenizerJson#marker}s. */
    int[] encodeMarked(String marked) {
        return textOnly.encode(marked, false);
    }

    /** Like {@link #encodeMarked}, for a text that follows another. */
    int[] encodeMarkedContinuation(String marked) {
        int[] ids = textOnly.encode(TokenizerJson.CONTEXT + marked, false);
        return Arrays.copyOfRange(ids, 1, ids.length);
    }

    /** See {@link TokenizerJson#separable}. */
    boolean separable() {
        return separable;
    }

    /** Returns the special tokens and their ids. */
    Map<String, Integer> specials() {
        return vocabulary.special();
    }

    /** Returns whether a token is special. */
    public boolean isSpecial(int id) {
        return vocabulary.isSpecial(id);
    }

    /** Returns the folder from which the tokenizer was loaded. */
    Path folder() {
        return folder;
    }

    TokenizerConfig config() {
        return config;
    }

    /** Returns the text of {@code ids} including special tokens; invalid UTF-8 becomes U+FFFD. */
    public String decode(int[] ids) {
        return decode(ids, false);
    }

    /**
     * Returns the text of {@code ids}; ids from {@link #vocabSize} on (padding rows of a model's embedding) have none.
     */
    public String decode(int[] ids, boolean skipSpecial) {
        return withSpecials.decode(ids, skipSpecial);
    }

    /** Returns the highest id plus one, including added tokens: the minimum number of embedding rows of a model. */
    public int vocabSize() {
        return vocabulary.size();
    }

    /** Returns the lowest id that means another token in {@code other}; empty if none that both have does. */
    public OptionalInt firstDifference(Tokenizer other) {
        return IntStream.range(0, Math.min(vocabSize(), other.vocabSize()))
                .filter(id -> !spelling(id).equals(other.spelling(id)))
                .findFirst();
    }

    /** Returns the spelling of a token in the vocabulary; {@code <id>} for other ids. */
    public String spelling(int id) {
        return vocabulary.spelling(id);
    }

    /** Returns the id of a token by its spelling in the vocabulary, special or not. */
    public OptionalInt idOf(String token) {
        return vocabulary.idOf(token);
    }

    public boolean hasEos() {
        return eos.isPresent();
    }

    /**
     * Returns the token that ends a turn or a document.
     * @throws InputException if the folder's files define none
     */
    public int eosId() {
        return eos.orElseThrow(() ->
                InputException.at(folder, "names no end-of-sequence token; set eos_token in tokenizer_config.json"));
    }

    /**
     * Returns all tokens that end a text: the tokenizer's, and those listed in generation_config.json (otherwise
     * config.json). Ascending; empty if there are none.
     */
    public Set<Integer> eosIds() {
        Set<Integer> all = new TreeSet<>(config.ids("eos"));
        eos.ifPresent(all::add);
        return all;
    }

    /**
     * Refuses ids in the model's generation_config.json and config.json for which the model has no embedding: those
     * that end a text, and that of another role unless the tokenizer names its token.
     *
     * @throws InputException naming the file and the id
     */
    public void requireIdsBelow(int tokens) {
        config.requireIdsBelow(tokens, "eos");
        config.requireIdsBelow(bos.orElse(0) < tokens ? Integer.MAX_VALUE : tokens, "bos");
        config.requireIdsBelow(pad.orElse(0) < tokens ? Integer.MAX_VALUE : tokens, "pad");
    }

    /** Returns the BOS token, if there is one. It is only added on request. */
    public OptionalInt bosId() {
        return bos;
    }

    /** Returns whether there is a padding token. */
    boolean hasPad() {
        return pad.isPresent();
    }

    /** Returns whether the vocabulary spells bytes as GPT-2 does ({@link ByteLevel}). */
    boolean byteLevel() {
        return byteLevel;
    }

    /**
     * Returns the padding token: the tokenizer's, otherwise the end-of-sequence token, otherwise 0. Masks never depend
     * on it.
     */
    public int padId() {
        return pad.orElse(eos.orElse(0));
    }

    @Override
    public void close() {
        withSpecials.close();
        textOnly.close();
    }

    /** Rejects vocabularies (WordPiece, for example) in which the text of a special token encodes to its id anyway. */
    private void refuseReachableSpecials(Path file) {
        vocabulary.special().forEach((token, id) -> {
            if (!token.equals(unknown) && reaches(token, id)) {
                throw InputException.at(
                        file, "special token %s is also what its text encodes to; rename it".formatted(token));
            }
        });
    }

    private boolean reaches(String token, int id) {
        try {
            for (int found : textOnly.encode(token, false)) {
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
     * Returns the id for a role such as {@code eos}: as named in tokenizer_config.json or special_tokens_map.json,
     * otherwise the id in generation_config.json or config.json. Same order as transformers.
     */
    private OptionalInt declared(String role) {
        OptionalInt named = config.token(role).map(vocabulary::idOf).orElse(OptionalInt.empty());
        return named.isPresent()
                ? named
                : config.ids(role).stream().mapToInt(Integer::intValue).findFirst();
    }
}
