package dev.rlhf.text;

import java.util.List;

/** The special tokens of the vocabularies trained by this program: ChatML's two and the document separator. */
public final class SpecialTokens {
    /** Ends a document in pretraining; also the pad token. */
    public static final String END_OF_TEXT = "<|endoftext|>";

    /** Begins a turn. */
    public static final String IM_START = "<|im_start|>";

    /** Ends a turn; the end-of-sequence token. */
    public static final String IM_END = "<|im_end|>";

    static final List<String> ALL = List.of(END_OF_TEXT, IM_START, IM_END);

    private SpecialTokens() {}
}
