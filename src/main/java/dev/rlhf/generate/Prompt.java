package dev.rlhf.generate;

import java.util.Arrays;

/** A prompt as a map key: equal if its tokens are equal. */
record Prompt(int[] ids) {
    @Override
    public boolean equals(Object other) {
        return other instanceof Prompt prompt && Arrays.equals(ids, prompt.ids);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids);
    }
}
