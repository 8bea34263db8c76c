package dev.rlhf.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.rlhf.base.InputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * A tokenizer of Hugging Face's Rust library, created from the text of a {@code tokenizer.json}. Never truncates or
 * pads. Encoding and decoding only read, so threads may share it; {@link #close} frees it and must come last.
 */
final class NativeTokenizer implements AutoCloseable {
    /** By default, DJL truncates at 512 tokens and pads. */
    private static final Map<String, String> OPTIONS =
            Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");

    private final HuggingFaceTokenizer tokenizer;

    /** @throws RuntimeException with the library's message if it cannot read the JSON */
    NativeTokenizer(String json) {
        // By default, DJL sends usage statistics and, on a CUDA machine, downloads a CUDA build of this library.
        System.setProperty("OPT_OUT_TRACKING", "true");
        if (System.getenv("RUST_FLAVOR") == null) {
            System.setProperty("RUST_FLAVOR", "cpu");
        }
        try {
            tokenizer = HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), OPTIONS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns the ids of {@code text}.
     *
     * @param postProcess whether to run the post-processor, which may add tokens such as BOS
     * @throws InputException if the library cannot encode the text; names the character if it is not in the vocabulary
     */
    int[] encode(String text, boolean postProcess) {
        String wellFormed = wellFormed(text);
        try {
            return ids(wellFormed, postProcess);
        } catch (RuntimeException e) {
            throw new InputException(unknownCharacter(wellFormed, e), e);
        }
    }

    private int[] ids(String text, boolean postProcess) {
        // Only the ids: DJL's own encode() also builds spans, masks and a string for each token.
        long encoding = TokenizersLibrary.LIB.encode(tokenizer.getHandle(), text, postProcess);
        try {
            return Arrays.stream(TokenizersLibrary.LIB.getTokenIds(encoding))
                    .mapToInt(Math::toIntExact)
                    .toArray();
        } finally {
            TokenizersLibrary.LIB.deleteEncoding(encoding);
        }
    }

    /** Replaces lone surrogates (JSON can escape one), because JNI corrupts a text that contains one. */
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

    /**
     * Returns a message that names the first character missing from the vocabulary, which the library does not name.
     */
    private String unknownCharacter(String text, RuntimeException cause) {
        for (int c : text.codePoints().distinct().toArray()) {
            try {
                ids(Character.toString(c), false);
            } catch (RuntimeException e) {
                return "character '%s' (U+%04X) is not in the tokenizer's vocabulary"
                        .formatted(Character.toString(c), c);
            }
        }
        return "the tokenizer cannot encode this text: " + cause.getMessage();
    }

    String decode(int[] ids, boolean skipSpecial) {
        return TokenizersLibrary.LIB.decode(
                tokenizer.getHandle(), Arrays.stream(ids).asLongStream().toArray(), skipSpecial);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
