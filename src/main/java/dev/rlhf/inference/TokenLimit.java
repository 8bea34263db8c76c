package dev.rlhf.inference;

import dev.rlhf.base.InputException;
import dev.rlhf.model.ModelConfig;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An option that counts tokens, against the positions that a model has. The default gives way to a model with fewer
 * positions, which is said in one line; a value that somebody gave and that does not fit is refused.
 *
 * @param option its name
 * @param given null: left out
 * @param byDefault its value then, if the model has room for it
 */
public record TokenLimit(String option, @Nullable Integer given, int byDefault) {
    /**
     * The length of whole sequences.
     *
     * @throws InputException if the given one exceeds the model's positions
     */
    public int ofSequences(ModelConfig config, PrintStream console) {
        return within(config.maxPositions(), "the model has %d positions".formatted(config.maxPositions()), console);
    }

    /**
     * The number of tokens that may follow prompts. A given one is returned as it is, and what generates refuses the
     * first prompt that it does not fit; so it does where a prompt leaves no room at all.
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
     * The value to use.
     *
     * @param room the most that fits, at least 1
     * @param why says where that comes from, with numbers
     * @throws InputException if a given value exceeds it
     */
    public int within(int room, String why, PrintStream console) {
        if (given != null && given > room) {
            throw new InputException(
                    "%s: %d is too much, because %s; set it to %d or less".formatted(option, given, why, room));
        }
        if (given == null && byDefault > room) {
            console.println("%s is %d instead of %d, because %s".formatted(option, room, byDefault, why));
            return room;
        }
        return given == null ? byDefault : given;
    }
}
