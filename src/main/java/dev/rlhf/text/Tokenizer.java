package dev.rlhf.text;

import dev.rlhf.base.InputException;
import dev.rlhf.text.internal.NativeTokenizer;
import dev.rlhf.text.internal.TokenizerConfig;
import dev.rlhf.text.internal.TokenizerJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Text to token ids and back, as the {@code tokenizer.json} of a Hugging Face folder says and transformers loads it. Nothing is added,
 * truncated or cleaned up: {@code decode(encode(text))} is {@code text} for byte-level vocabularies.
 *
 * <p>Special tokens typed in a text are text: {@link #encode} never yields their ids, so what a user writes cannot end a turn
 * or open another. Who needs a special id asks {@link #idOf}. Added tokens that are not special (Qwen3's {@code <think>}) are found in
 * texts, as transformers finds them.
 *
 * <p>Holds native memory; whoever loads it closes it. Threads may share it until it is closed.
 */
public final class Tokenizer implements AutoCloseable {
    private static final String TOKENIZER_JSON = "tokenizer.json";

    private final Path folder;
    private final Map<String, Integer> ids;
    private final Map<String, Integer> special;
    private final Set<Integer> specialIds;
    private final @Nullable String[] spellings;
    private final TokenizerConfig config;
    private final boolean separable;
    private final String unknown;
    private final boolean byteLevel;
    private final int vocabSize;
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
        this.ids = json.ids();
        this.special = json.special();
        this.specialIds = Set.copyOf(json.special().values());
        this.separable = json.separable();
        this.unknown = json.root().path("model").path("unk_token").asText("");
        this.byteLevel = json.root().path("decoder").toString().contains("\"ByteLevel\"");
        this.vocabSize = ids.values().stream().mapToInt(id -> id + 1).max().orElse(0);
        this.spellings = new @Nullable String[vocabSize];
        ids.forEach((token, id) -> spellings[id] = token);
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
        return load(folder, folder);
    }

    /**
     * Loads the tokenizer of an adapter folder. The ids in generation_config.json and config.json are the base's where the
     * adapter's folder lacks those files.
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

    /** What is thrown for a folder without a tokenizer that can be read. */
    public static InputException missing(Path folder) {
        return InputException.at(
                folder,
                "no tokenizer.json; save the tokenizer in the fast format (transformers: save_pretrained of a fast tokenizer)");
    }

    private static NativeTokenizer open(Path file, String json) {
        try {
            return new NativeTokenizer(json);
        } catch (RuntimeException e) {
            throw new InputException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * The ids of {@code text}; special tokens in it are text. Half a surrogate pair becomes U+FFFD, and so does U+FDD0, which is not a
     * character and stands for special tokens here.
     */
    public int[] encode(String text) {
        return encode(textOnly, text.replace(TokenizerJson.MARK, '\uFFFD'), false);
    }

    /**
     * The ids of a text that follows another: without the space that SentencePiece vocabularies put before a text's first word.
     * Special tokens in it are text.
     */
    public int[] encodeContinuation(String text) {
        return continued(text.replace(TokenizerJson.MARK, '\uFFFD'));
    }

    /** The ids of {@code text}; special tokens in it become their ids. For texts of one's own making only. */
    public int[] encodeWithSpecials(String text) {
        return encode(withSpecials, text, false);
    }

    /**
     * The ids that transformers gives for {@code tokenizer(text, add_special_tokens=…)}: special tokens in the text become their ids, and
     * the post-processor may put one before it and behind. The token that begins a text is never doubled: one that the text is
     * spelled with is enough. For texts of one's own making only.
     */
    public int[] encodeText(String text, boolean addSpecialTokens) {
        int[] ids = encode(withSpecials, text, addSpecialTokens);
        boolean doubled =
                addSpecialTokens && bos.isPresent() && ids.length > 1 && ids[0] == bos.getAsInt() && ids[1] == ids[0];
        return doubled ? Arrays.copyOfRange(ids, 1, ids.length) : ids;
    }

    /** What the post-processor puts before a text, such as the token that begins it; mostly nothing. */
    public int[] prefixIds() {
        int[] bare = encode(withSpecials, "a", false);
        int[] whole = encode(withSpecials, "a", true);
        for (int at = 0; at + bare.length <= whole.length; at++) {
            if (Arrays.equals(whole, at, at + bare.length, bare, 0, bare.length)) {
                return Arrays.copyOf(whole, at);
            }
        }
        throw InputException.at(folder, "the post_processor of tokenizer.json changes more than the ends of a text");
    }

    /** The ids of a text in which special tokens are spelled as {@link TokenizerJson#marker}s. */
    int[] encodeMarked(String marked) {
        return encode(textOnly, marked, false);
    }

    /** The same for a text that follows another. */
    int[] continued(String marked) {
        int[] ids = encode(textOnly, TokenizerJson.CONTEXT + marked, false);
        return Arrays.copyOfRange(ids, 1, ids.length);
    }

    /** See {@link TokenizerJson#separable}. */
    boolean separable() {
        return separable;
    }

    /** The special tokens and their ids. */
    Map<String, Integer> specials() {
        return special;
    }

    /** Whether the token is marked special. */
    public boolean isSpecial(int id) {
        return specialIds.contains(id);
    }

    /** The folder it was loaded from. */
    Path folder() {
        return folder;
    }

    TokenizerConfig config() {
        return config;
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

    /** How the vocabulary spells a token; {@code <id>} for ids beyond it. */
    public String spelling(int id) {
        String token = id >= 0 && id < vocabSize ? spellings[id] : null;
        return token == null ? "<" + id + ">" : token;
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

    /**
     * Every token that ends a text: the tokenizer's, and those that generation_config.json (else config.json) lists. In ascending order;
     * empty if the folder names none.
     */
    public Set<Integer> eosIds() {
        Set<Integer> all = new TreeSet<>(config.ids("eos"));
        eos.ifPresent(all::add);
        return all;
    }

    /** The token a text begins with, if the folder names one. It is never added unasked. */
    public OptionalInt bosId() {
        return bos;
    }

    /** Whether the folder names a padding token. */
    boolean hasPad() {
        return pad.isPresent();
    }

    /** Whether the vocabulary spells bytes as GPT-2's does ({@link ByteLevel}). */
    boolean byteLevel() {
        return byteLevel;
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

    private static int[] encode(NativeTokenizer tokenizer, String text, boolean postProcess) {
        String wellFormed = wellFormed(text);
        try {
            return tokenizer.encode(wellFormed, postProcess);
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
        Optional<Integer> named = config.token(role).map(ids::get);
        return named.or(() -> config.ids(role).stream().findFirst())
                .map(OptionalInt::of)
                .orElse(OptionalInt.empty());
    }
}
