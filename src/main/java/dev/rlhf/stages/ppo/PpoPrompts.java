package dev.rlhf.stages.ppo;

import dev.rlhf.base.InputException;
import dev.rlhf.data.EpochOrder;
import dev.rlhf.data.Located;
import dev.rlhf.data.Mixture;
import dev.rlhf.data.PromptRow;
import dev.rlhf.inference.Prompts;
import dev.rlhf.inference.TokenLimit;
import dev.rlhf.stage.StageContext;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.train.WeightedDataset;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The prompts of a run that fit the models together with a response.
 *
 * @param prompts token ids
 * @param rows the prompts as in their files; empty if unknown
 * @param sets the data sets, in the order in which their prompts follow each other; empty: a single one
 * @param responseLength maximum new tokens per episode
 */
public record PpoPrompts(List<int[]> prompts, List<PromptRow> rows, List<Mixture.Part> sets, int responseLength) {
    /** Smallest share of a file's prompts that must fit. */
    private static final double KEPT = 0.95;

    /** Creates prompts of a single data set, of which only the token ids are known. */
    public PpoPrompts(List<int[]> prompts, int responseLength) {
        this(prompts, List.of(), List.of(), responseLength);
    }

    /**
     * Reads all data sets and leaves out prompts that are too long.
     *
     * @param positions number of positions of the models
     * @throws InputException if more than 5 % of a file's prompts are too long
     */
    static PpoPrompts read(PpoOptions o, ConversationFormat format, int positions, StageContext context) {
        PrintStream console = context.console();
        List<List<PromptRow>> rows = new ArrayList<>();
        List<List<int[]>> all = new ArrayList<>();
        for (WeightedDataset set : o.prompts().all()) {
            List<Located<PromptRow>> located = PromptRow.readLocated(set.path());
            rows.add(Located.rows(located));
            all.add(Prompts.encode(located, format::prompt, context));
        }
        int responseLength =
                responseLength(o, all.stream().flatMap(List::stream).toList(), positions, console);
        int longest = positions - responseLength;
        if (longest < 1) {
            throw new InputException("response_length: " + responseLength
                    + " leaves no room for a prompt in the models' " + positions + " positions; lower it");
        }
        PpoPrompts kept = new PpoPrompts(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), responseLength);
        for (int set = 0; set < all.size(); set++) {
            kept.add(o.prompts().all().get(set), rows.get(set), all.get(set), longest);
        }
        int count = all.stream().mapToInt(List::size).sum();
        console.printf(
                "%d prompts, %d too long for %d positions%n",
                count, count - kept.prompts().size(), longest);
        return kept;
    }

    private void add(WeightedDataset set, List<PromptRow> all, List<int[]> encoded, int longest) {
        int before = prompts.size();
        for (int i = 0; i < encoded.size(); i++) {
            if (encoded.get(i).length <= longest) {
                prompts.add(encoded.get(i));
                rows.add(all.get(i));
            }
        }
        requireMost(set.path(), prompts.size() - before, encoded.size(), longest);
        sets.add(new Mixture.Part(prompts.size() - before, set.weight()));
    }

    private void requireMost(Path file, int kept, int all, int longest) {
        if (kept < KEPT * all) {
            throw InputException.at(
                    file,
                    "more than 5 % of the prompts leave no room for response_length " + responseLength
                            + " in the models' " + (longest + responseLength) + " positions");
        }
    }

    /** Returns the order of the prompts in every epoch: shuffled, several data sets mixed by weight. */
    EpochOrder order(long seed) {
        return sets.size() > 1 ? new Mixture(sets, seed) : EpochOrder.shuffled(prompts.size(), seed);
    }

    /** Returns the option or its default, or less than the default if that would leave out too many prompts. */
    private static int responseLength(PpoOptions o, List<int[]> prompts, int positions, PrintStream console) {
        int[] lengths =
                prompts.stream().mapToInt(prompt -> prompt.length).sorted().toArray();
        int most = lengths[(int) Math.ceil(KEPT * lengths.length) - 1];
        if (o.rollout().response_length() != null || positions - most < 1) {
            return Objects.requireNonNullElse(o.rollout().response_length(), PpoOptions.RESPONSE_LENGTH);
        }
        String why = "the models have %d positions and 95 %% of the prompts up to %d tokens".formatted(positions, most);
        return new TokenLimit("response_length", null, PpoOptions.RESPONSE_LENGTH)
                .within(positions - most, why, console);
    }
}
