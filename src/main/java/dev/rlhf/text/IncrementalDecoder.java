package dev.rlhf.text;

import java.util.Arrays;

/**
 * Decodes tokens one by one, to show a text while it is generated. A character whose bytes span several tokens is held
 * back until it is complete; the pieces and the final {@link #flush} add up to {@link Tokenizer#decode}. There is one
 * exception: with byte tokens, if the text stops within a character, {@code decode} also replaces the complete
 * characters before it that are spelled in bytes, which were already returned here.
 *
 * <p>Follows {@code DecodeStream} of Hugging Face's tokenizers. One instance per stream; not thread-safe.
 */
public final class IncrementalDecoder {
    private final Tokenizer tokenizer;
    private final boolean skipSpecial;
    /** The last tokens returned, which affect how the next is decoded (a leading space), and those held back. */
    private int[] window = {};

    private int shownIds;
    private String shown = "";

    public IncrementalDecoder(Tokenizer tokenizer, boolean skipSpecial) {
        this.tokenizer = tokenizer;
        this.skipSpecial = skipSpecial;
    }

    /** Returns the text that {@code id} completes; empty if the last character is incomplete. */
    public String add(int id) {
        if (skipSpecial && tokenizer.isSpecial(id)) {
            return ""; // in the window it would hide which token comes first and loses its leading space
        }
        window = Arrays.copyOf(window, window.length + 1);
        window[window.length - 1] = id;
        String text = tokenizer.decode(window, skipSpecial);
        return text.endsWith("\uFFFD") ? "" : show(text);
    }

    /** Returns the text held back, with an incomplete character as U+FFFD. Must be called once, at the end. */
    public String flush() {
        return show(tokenizer.decode(window, skipSpecial));
    }

    private String show(String text) {
        if (text.length() <= shown.length()) {
            return "";
        }
        String fresh = text.substring(shown.length());
        window = Arrays.copyOfRange(window, shownIds, window.length);
        shownIds = window.length;
        shown = tokenizer.decode(window, skipSpecial);
        return fresh;
    }
}
