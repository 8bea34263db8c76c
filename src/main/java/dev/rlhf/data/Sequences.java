package dev.rlhf.data;

import dev.rlhf.base.InputException;
import dev.rlhf.text.Chat;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.ConversationFormat.Encoded;
import dev.rlhf.text.ConversationFormat.TrainedTurns;
import dev.rlhf.text.Message;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Encodes rows to fine-tune on as token sequences. Rows that are too long are truncated; rows with nothing to train on,
 * before or after truncation, are dropped. Both are counted, and too many of them are an error, because otherwise
 * nobody would notice that a model was trained on half of its data.
 *
 * @param format encodes conversations; null if the model has no tokenizer, and then only rows of token ids are accepted
 * @param vocabSize upper bound, exclusive, of the ids in pre-tokenised rows
 * @param maxLength maximum tokens per sequence
 * @param maxLost the share of rows that may be dropped or truncated, such as 0.05
 * @param trained which answers of a conversation are trained on
 */
public record Sequences(
        @Nullable ConversationFormat format, int vocabSize, int maxLength, double maxLost, TrainedTurns trained) {
    /**
     * The outcome of encoding.
     *
     * @param rows the number of rows read
     * @param dropped rows that were left out
     * @param truncated rows that were kept but truncated
     * @param tokens the number of tokens kept
     */
    public record Counts(int rows, int dropped, int truncated, long tokens) {
        /** Returns the sum over two data sets. */
        public Counts plus(Counts other) {
            return new Counts(
                    rows + other.rows, dropped + other.dropped, truncated + other.truncated, tokens + other.tokens);
        }
    }

    /**
     * Reads and encodes the rows of a file on all processors.
     *
     * @param describe what to keep of a row beside its sequence
     * @param kept gets the sequences in the order of their rows, each with its description
     * @throws InputException if too many rows are lost, or all; with file and line if a row is not valid, there is text
     *     and no tokenizer, or an id is outside the vocabulary
     */
    public <D> Counts read(
            Path source,
            Function<Located<SftRow>, D> describe,
            BiConsumer<Example, D> kept,
            JsonLines.Listener listener) {
        Tally tally = new Tally();
        JsonLines.forEachResult(
                source,
                json -> {
                    Located<SftRow> located = Located.of(json, SftRow.parse(json));
                    Row row = row(located);
                    return new Described<>(row, saysNothing(located, row), describe.apply(located));
                },
                described -> {
                    tally.add(described.row(), described.saysNothing());
                    if (!described.row().dropped()) {
                        kept.accept(described.row().kept(), described.description());
                    }
                },
                listener);
        refuseLosses(source, tally.counts(), tally.silent);
        return tally.counts();
    }

    private record Described<D>(Row row, boolean saysNothing, D description) {}

    /** Adds up the outcomes of rows. */
    private static final class Tally {
        private int rows;
        private int dropped;
        private int truncated;
        private int silent;
        private long tokens;

        void add(Row row, boolean saysNothing) {
            rows++;
            dropped += row.dropped() ? 1 : 0;
            truncated += row.truncated() ? 1 : 0;
            silent += saysNothing ? 1 : 0;
            tokens += row.dropped() ? 0 : row.kept().length();
        }

        Counts counts() {
            return new Counts(rows, dropped, truncated, tokens);
        }
    }

    /** Returns whether a row is dropped for a reason that a larger {@code maxLength} would not change. */
    private static boolean saysNothing(Located<SftRow> from, Row row) {
        return row.dropped() && (row.kept().length() == row.whole().length() || !says(from.row()));
    }

    /**
     * The outcome of one row.
     *
     * @param whole the whole sequence
     * @param kept its first {@code maxLength} tokens
     * @param dropped whether it is left out, because {@code kept} has nothing to train on
     */
    public record Row(Example whole, Example kept, boolean dropped) {
        /** Returns whether the row is kept but truncated. */
        public boolean truncated() {
            return !dropped && kept.length() < whole.length();
        }
    }

    /** Encodes one row. */
    public Row row(Located<SftRow> row) {
        Example whole = example(row);
        Example kept = whole.length() <= maxLength ? whole : truncate(whole);
        return new Row(whole, kept, kept.trainedTokens() == 0 || !says(row.row()));
    }

    /**
     * Returns whether the assistant says anything. A response that is just an end token would teach the model to say
     * nothing.
     */
    private static boolean says(SftRow sft) {
        return switch (sft) {
            case SftRow.PromptResponse pair -> !pair.response().isBlank();
            case SftRow.Conversation conversation ->
                conversation.messages().stream()
                        .anyMatch(m -> m.byAssistant() && (!m.content().isBlank() || !m.isPlain()));
            case SftRow.PromptCompletion row ->
                !row.completion().content().isBlank() || !row.completion().isPlain();
            case SftRow.TokenIds tokens -> true;
        };
    }

    /** @param silent the number of dropped rows that a larger max_length would not save */
    private void refuseLosses(Path source, Counts counts, int silent) {
        if (counts.dropped() == counts.rows() || counts.dropped() + counts.truncated() > maxLost * counts.rows()) {
            int cut = counts.dropped() - silent + counts.truncated();
            String lost = silent == 0 ? "" : silent + " have nothing to train on (no answer, or no label)";
            String tooLong = cut == 0 ? "" : cut + " are cut at max_length " + maxLength;
            String remedy = cut == 0
                    ? "Remove or complete these rows"
                    : silent == 0
                            ? "Raise max_length or shorten the rows"
                            : "Complete the former; raise max_length or shorten the latter";
            throw InputException.at(
                    source,
                    String.format(
                            Locale.ROOT,
                            "of %d rows %s; at most %.4g %% may be lost. %s",
                            counts.rows(),
                            Stream.of(lost, tooLong)
                                    .filter(part -> !part.isEmpty())
                                    .collect(Collectors.joining(" and ")),
                            100 * maxLost,
                            remedy));
        }
    }

    private Example example(Located<SftRow> row) {
        return switch (row.row()) {
            case SftRow.TokenIds tokens -> checked(row.origin(), tokens);
            case SftRow.Conversation conversation -> encoded(row.origin(), conversation.chat(), trained);
            case SftRow.PromptCompletion pair -> encoded(row.origin(), pair.chat(), TrainedTurns.LAST);
            case SftRow.PromptResponse pair ->
                encoded(
                        row.origin(),
                        Chat.of(List.of(Message.user(pair.prompt()), Message.assistant(pair.response()))),
                        trained);
        };
    }

    private Example encoded(Origin origin, Chat chat, TrainedTurns turns) {
        if (format == null) {
            throw origin.error("text needs a tokenizer and the model's folder has no tokenizer.json; add it, or give"
                    + " input_ids and labels");
        }
        Encoded encoded;
        try {
            encoded = format.encode(chat, turns);
        } catch (InputException e) {
            throw origin.error(String.valueOf(e.getMessage()));
        }
        return Example.of(encoded.ids(), encoded.assistant());
    }

    private Example checked(Origin origin, SftRow.TokenIds tokens) {
        int highest = Arrays.stream(tokens.inputIds()).max().orElse(0);
        if (highest >= vocabSize) {
            throw origin.error("token id %d; the model has %d tokens".formatted(highest, vocabSize));
        }
        boolean[] trained = new boolean[tokens.labels().length];
        for (int i = 0; i < trained.length; i++) {
            trained[i] = tokens.labels()[i] != Example.IGNORED;
        }
        return Example.of(tokens.inputIds(), trained);
    }

    private Example truncate(Example whole) {
        return Example.of(Arrays.copyOf(whole.ids(), maxLength), Arrays.copyOf(whole.trained(), maxLength));
    }
}
