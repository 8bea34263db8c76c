package dev.rlhf.generate;

import java.util.Arrays;

/** A prompt as a map key: equal if its tokens are equal. */
record PromptKey(int[] ids) {
    @Override
    public boolean equals(Object other) {
        return other instanceof PromptKey prompt && Arrays.equals(ids, prompt.ids);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids);
    }
}
