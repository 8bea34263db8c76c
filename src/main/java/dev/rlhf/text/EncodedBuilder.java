package dev.rlhf.text;

import dev.rlhf.text.ConversationFormat.Encoded;
import java.util.BitSet;
import java.util.stream.IntStream;

/** Builds an {@link Encoded} from token ids and whether they are the assistant's. */
final class EncodedBuilder {
    private final IntStream.Builder ids = IntStream.builder();
    private final BitSet assistant = new BitSet();
    private int length;

    EncodedBuilder add(boolean byAssistant, int... tokens) {
        for (int token : tokens) {
            ids.add(token);
            assistant.set(length++, byAssistant);
        }
        return this;
    }

    Encoded build() {
        boolean[] mask = new boolean[length];
        assistant.stream().forEach(i -> mask[i] = true);
        return new Encoded(ids.build().toArray(), mask);
    }
}
