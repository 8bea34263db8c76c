package dev.rlhf.stages.reward;

import dev.rlhf.base.InputException;
import dev.rlhf.data.ContentKey;
import dev.rlhf.data.KeyedRow;
import dev.rlhf.inference.LoadingProgress;
import dev.rlhf.label.Completion;
import dev.rlhf.rl.RankedPairs.Order;
import dev.rlhf.text.ConversationFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A prompt with all its ranked completions as token ids, from any number of tasks and pairs.
 *
 * @param key the prompt's {@link ContentKey}
 * @param rows rows of the data sets it comes from
 * @param sequences prompt and completion, one each; with the end token if the completion ended by itself
 * @param writers model that wrote each completion; an empty string if unknown
 * @param orders one per ranking, over rows of {@code sequences}; equal completions of one task share a row
 */
public record RankedGroup(
        String key, List<KeyedRow> rows, List<int[]> sequences, List<String> writers, List<Order> orders) {
    public RankedGroup {
        rows = List.copyOf(rows);
        sequences = List.copyOf(sequences);
        writers = List.copyOf(writers);
        orders = List.copyOf(orders);
    }

    /**
     * Encodes preferences and groups them by the content of their prompts, in order of first occurrence. Completions
     * longer than {@code maxLength} are left out with their ranks.
     */
    static List<RankedGroup> of(
            List<Preference> preferences, ConversationFormat format, int maxLength, LoadingProgress progress) {
        Map<String, RankedGroup> groups = new LinkedHashMap<>();
        for (RankedGroup own : progress.map(preferences, preference -> of(preference, format, maxLength))) {
            groups.merge(own.key(), own, RankedGroup::and);
        }
        return List.copyOf(groups.values());
    }

    private static RankedGroup of(Preference preference, ConversationFormat format, int maxLength) {
        List<int[]> sequences = new ArrayList<>();
        List<String> writers = new ArrayList<>();
        List<Integer> kept = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < preference.completions().size(); i++) {
            Completion completion = preference.completions().get(i);
            int[] sequence = sequence(preference, format, completion);
            if (sequence.length <= maxLength) {
                places.add(IntStream.range(0, sequences.size())
                        .filter(at -> Arrays.equals(sequences.get(at), sequence))
                        .findFirst()
                        .orElse(sequences.size()));
                sequences.add(sequence);
                writers.add(Objects.requireNonNullElse(completion.model(), ""));
                kept.add(i);
            }
        }
        int[] rows = places.stream().mapToInt(i -> i).toArray();
        List<Order> orders = preference.rankings().stream()
                .map(ranks -> new Order(rows, kept.stream().mapToInt(ranks::get).toArray(), preference.margin()))
                .toList();
        KeyedRow place = preference.place();
        return new RankedGroup(place.key(), List.of(place), sequences, writers, orders);
    }

    private static int[] sequence(Preference preference, ConversationFormat format, Completion completion) {
        try {
            return format.answered(preference.prompt(), completion.text(), completion.ended());
        } catch (InputException e) {
            throw new InputException(preference.where() + ": " + e.getMessage(), e);
        }
    }

    private RankedGroup and(RankedGroup other) {
        List<KeyedRow> allRows = new ArrayList<>(rows);
        allRows.addAll(other.rows);
        List<int[]> allSequences = new ArrayList<>(sequences);
        allSequences.addAll(other.sequences);
        List<String> allWriters = new ArrayList<>(writers);
        allWriters.addAll(other.writers);
        List<Order> allOrders = new ArrayList<>(orders);
        other.orders.forEach(order -> allOrders.add(order.moved(sequences.size())));
        return new RankedGroup(key, allRows, allSequences, allWriters, allOrders);
    }

    /** Returns the number of tokens of the longest sequence. */
    int longest() {
        return sequences.stream().mapToInt(sequence -> sequence.length).max().orElse(0);
    }

    /** Returns the number of tokens of all sequences. */
    int tokens() {
        return sequences.stream().mapToInt(sequence -> sequence.length).sum();
    }

    /** Returns the sequences whose completion was written by {@code writer}. */
    List<int[]> writtenBy(String writer) {
        return IntStream.range(0, sequences.size())
                .filter(i -> writers.get(i).equals(writer))
                .mapToObj(sequences::get)
                .toList();
    }

    /** Returns whether any ranking puts one completion above another. */
    boolean hasPair() {
        return orders.stream().anyMatch(Order::hasPair);
    }

    /** Counts the pairs of equal completions with different ranks, which are left out. */
    int contradictions() {
        return orders.stream().mapToInt(Order::contradictions).sum();
    }
}
