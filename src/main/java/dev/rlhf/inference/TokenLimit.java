package dev.rlhf.inference;

import dev.rlhf.base.InputException;
import dev.rlhf.model.ModelConfig;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An option that limits a number of tokens, checked against the model's positions. If the option was omitted, its
 * default is lowered to what the model allows, with a message; a given value that does not fit is refused.
 *
 * @param option name of the option
 * @param given the user's value; null if omitted
 * @param defaultValue the value if omitted, unless the model has fewer positions
 */
public record TokenLimit(String option, @Nullable Integer given, int defaultValue) {
    /**
     * Returns the length limit of whole sequences.
     * @throws InputException if the given value exceeds the model's positions
     */
    public int ofSequences(ModelConfig config, PrintStream console) {
        return within(config.maxPositions(), "the model has %d positions".formatted(config.maxPositions()), console);
    }

    /**
     * Returns the number of tokens that may follow prompts. A given value is returned unchecked: generation refuses the
     * first prompt that it does not fit, and also a prompt that leaves no position free.
     */
    public int after(List<int[]> prompts, ModelConfig config, PrintStream console) {
        if (given != null) {
            return given;
        }
        int longest = prompts.stream().mapToInt(prompt -> prompt.length).max().orElse(0);
        int positions = config.generatedPositions();
        return within(
                Math.max(1, positions - longest),
                "the model has %d positions and the longest prompt %d tokens".formatted(positions, longest),
                console);
    }

    /**
     * Returns the value to use.
     * @param most the largest value that fits, at least 1
     * @param why the reason for this limit, with numbers
     * @throws InputException if a given value exceeds it
     */
    public int within(int most, String why, PrintStream console) {
        if (given != null && given > most) {
            throw new InputException(
                    "%s: %d is too much, because %s; set it to %d or less".formatted(option, given, why, most));
        }
        if (given == null && defaultValue > most) {
            console.println("%s is %d instead of %d, because %s".formatted(option, most, defaultValue, why));
            return most;
        }
        return given == null ? defaultValue : given;
    }
}
