package dev.rlhf.stages.ppo;

import dev.rlhf.base.InputException;
import dev.rlhf.data.PromptRow;
import dev.rlhf.inference.Prompts;
import dev.rlhf.inference.TokenLimit;
import dev.rlhf.text.ConversationFormat;
import java.io.PrintStream;
import java.util.List;
import java.util.Objects;

/**
 * The prompts of a run that fit the models together with a response.
 *
 * @param prompts token ids
 * @param responseLength maximum new tokens per episode
 */
public record PpoPrompts(List<int[]> prompts, int responseLength) {
    /** Smallest share of the prompts that must fit. */
    private static final double KEPT = 0.95;

    /**
     * Reads {@code dataset} and leaves out prompts that are too long.
     *
     * @param positions number of positions of the models
     * @throws InputException if more than 5 % of the prompts are too long
     */
    static PpoPrompts read(PpoOptions o, ConversationFormat format, int positions, PrintStream console) {
        List<int[]> all = Prompts.encode(o.dataset(), PromptRow.read(o.dataset()), format::prompt);
        int responseLength = responseLength(o, all, positions, console);
        int longest = positions - responseLength;
        if (longest < 1) {
            throw new InputException("response_length: " + responseLength
                    + " leaves no room for a prompt in the models' " + positions + " positions; lower it");
        }
        List<int[]> fitting =
                all.stream().filter(prompt -> prompt.length <= longest).toList();
        console.printf("%d prompts, %d too long for %d positions%n", all.size(), all.size() - fitting.size(), longest);
        if (fitting.size() < KEPT * all.size()) {
            throw InputException.at(
                    o.dataset(),
                    "more than 5 % of the prompts leave no room for response_length " + responseLength
                            + " in the models' " + positions + " positions");
        }
        return new PpoPrompts(fitting, responseLength);
    }

    /** Returns the option or its default, or less than the default if that would leave out too many prompts. */
    private static int responseLength(PpoOptions o, List<int[]> prompts, int positions, PrintStream console) {
        int[] lengths =
                prompts.stream().mapToInt(prompt -> prompt.length).sorted().toArray();
        int most = lengths[(int) Math.ceil(KEPT * lengths.length) - 1];
        if (o.response_length() != null || positions - most < 1) {
            return Objects.requireNonNullElse(o.response_length(), PpoOptions.RESPONSE_LENGTH);
        }
        String why = "the models have %d positions and 95 %% of the prompts up to %d tokens".formatted(positions, most);
        return new TokenLimit("response_length", null, PpoOptions.RESPONSE_LENGTH)
                .within(positions - most, why, console);
    }
}
