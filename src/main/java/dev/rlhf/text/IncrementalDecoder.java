package dev.rlhf.text;

import java.util.Arrays;

/**
 * Text as its tokens arrive, for showing a generation while it runs. A character whose bytes are spread over several tokens is
 * held back until it is whole; the pieces and the final {@link #flush} add up to what {@link Tokenizer#decode} gives. (But for a
 * vocabulary with byte tokens, cut in the middle of a character: {@code decode} spoils the whole characters spelled in bytes just before
 * it, too, and these have been shown.)
 *
 * <p>Follows {@code DecodeStream} of Hugging Face's tokenizers. One a stream; not thread-safe.
 */
public final class IncrementalDecoder {
    private final Tokenizer tokenizer;
    private final boolean skipSpecial;
    /** The last tokens shown, which decide how the next is decoded (a leading space), and those not shown yet. */
    private int[] window = {};

    private int shownIds;
    private String shown = "";

    public IncrementalDecoder(Tokenizer tokenizer, boolean skipSpecial) {
        this.tokenizer = tokenizer;
        this.skipSpecial = skipSpecial;
    }

    /** The text that {@code id} completes; empty while a character is not whole. */
    public String add(int id) {
        if (skipSpecial && tokenizer.isSpecial(id)) {
            return ""; // in the window it would hide which token comes first and loses its leading space
        }
        window = Arrays.copyOf(window, window.length + 1);
        window[window.length - 1] = id;
        String text = tokenizer.decode(window, skipSpecial);
        return text.endsWith("\uFFFD") ? "" : show(text);
    }

    /** What was held back: a half character, as U+FFFD. Call it once, at the end. */
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
