package dev.rlhf.text.internal;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * One tokenizer of Hugging Face's Rust library, made from the text of a {@code tokenizer.json}. Never truncates or pads.
 * Encoding and decoding only read, so threads may share it; {@link #close} frees it and must come after all of them.
 */
public final class NativeTokenizer implements AutoCloseable {
    /** DJL would cut at 512 tokens and pad by itself. */
    private static final Map<String, String> OPTIONS =
            Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");

    private final HuggingFaceTokenizer tokenizer;

    /** @throws RuntimeException with the library's own words if it cannot read the JSON */
    public NativeTokenizer(String json) {
        // On a CUDA machine DJL would look for a CUDA build of this library on the network; and it reports to its
        // makers.
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

    /** The ids of {@code text}, which must be well-formed UTF-16. */
    public int[] encode(String text) {
        return encode(text, false);
    }

    /** @param postProcess whether the post-processor adds what it adds, such as the token that begins a text */
    public int[] encode(String text, boolean postProcess) {
        // The ids alone: DJL's own encode() also builds spans, masks and a string for each token.
        long encoding = TokenizersLibrary.LIB.encode(tokenizer.getHandle(), text, postProcess);
        try {
            return Arrays.stream(TokenizersLibrary.LIB.getTokenIds(encoding))
                    .mapToInt(Math::toIntExact)
                    .toArray();
        } finally {
            TokenizersLibrary.LIB.deleteEncoding(encoding);
        }
    }

    public String decode(int[] ids, boolean skipSpecial) {
        return TokenizersLibrary.LIB.decode(
                tokenizer.getHandle(), Arrays.stream(ids).asLongStream().toArray(), skipSpecial);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
