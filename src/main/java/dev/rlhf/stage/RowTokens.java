package dev.rlhf.stage;

import dev.rlhf.base.InputException;
import dev.rlhf.data.Origin;
import dev.rlhf.data.ScoringRow;
import dev.rlhf.data.ScoringRow.Content;
import dev.rlhf.model.ModelConfig;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.Message;
import dev.rlhf.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows to token ids, by the tokenizer of a checkpoint folder; a folder without one will do for rows that are token ids already.
 * Closed by whoever opened it.
 */
final class RowTokens implements AutoCloseable {
    private final Path folder;
    private final boolean raw;
    private final @Nullable Tokenizer tokenizer;
    private @Nullable ConversationFormat format;

    private RowTokens(Path folder, boolean raw, @Nullable Tokenizer tokenizer) {
        this.folder = folder;
        this.raw = raw;
        this.tokenizer = tokenizer;
    }

    /**
     * Opens the tokenizer, if there is one.
     *
     * @param raw prompts and responses are taken as they are, without chat format
     */
    static RowTokens open(Path folder, boolean raw) {
        return new RowTokens(folder, raw, Tokenizer.present(folder) ? Tokenizer.load(folder) : null);
    }

    /**
     * A row's tokens.
     *
     * @param prompt how many of them are the prompt; 0 where the row does not tell it from the rest
     */
    record Tokens(int[] ids, int prompt) {}

    /** The tokens of all rows. @throws InputException with file and line if one cannot be encoded or does not fit the model */
    List<Tokens> of(List<ScoringRow> rows, ModelConfig config) {
        List<Tokens> all = new ArrayList<>();
        for (ScoringRow row : rows) {
            try {
                all.add(tokens(row));
            } catch (InputException e) {
                throw row.origin().error(String.valueOf(e.getMessage()));
            }
        }
        check(
                rows.stream().map(ScoringRow::origin).toList(),
                all.stream().map(Tokens::ids).toList(),
                config.maxPositions(),
                config);
        return all;
    }

    private Tokens tokens(ScoringRow row) {
        return switch (row.content()) {
            case Content.TokenIds(int[] ids) -> new Tokens(ids, 0);
            case Content.Text(String text) -> new Tokens(tokenizer("\"text\"").encode(text), 0);
            case Content.Exchange(String prompt, String response) -> exchange(prompt, response);
        };
    }

    /** In chat format as a model is trained on it: up to the token that ends the answer, and nothing behind. */
    private Tokens exchange(String prompt, String response) {
        Tokenizer known = tokenizer("\"prompt\" and \"response\"");
        int[] answer = known.encode(response);
        if (raw) {
            int[] before = known.encode(prompt);
            return new Tokens(join(before, answer), before.length);
        }
        if (format == null) {
            format = Session.format(known);
        }
        int[] before = format.prompt(List.of(Message.user(prompt)));
        return new Tokens(join(before, answer, new int[] {format.endId()}), before.length);
    }

    private Tokenizer tokenizer(String what) {
        if (tokenizer == null) {
            throw new InputException(
                    "%s needs a tokenizer, and %s has no tokenizer.json; give \"input_ids\"".formatted(what, folder));
        }
        return tokenizer;
    }

    /**
     * Refuses what the model cannot take: nothing is cut unasked.
     *
     * @param longest tokens that a row may have
     * @throws InputException that names the first such row and counts those that are too long
     */
    static void check(List<Origin> origins, List<int[]> rows, int longest, ModelConfig config) {
        for (int i = 0; i < rows.size(); i++) {
            int[] ids = rows.get(i);
            Origin origin = origins.get(i);
            if (ids.length == 0) {
                throw origin.error("no tokens");
            }
            int highest = IntStream.of(ids).max().orElseThrow();
            if (highest >= config.vocabSize()) {
                throw origin.error(
                        "token id %d, but the model has ids below %d".formatted(highest, config.vocabSize()));
            }
        }
        List<Integer> tooLong = IntStream.range(0, rows.size())
                .filter(i -> rows.get(i).length > longest)
                .boxed()
                .toList();
        if (!tooLong.isEmpty()) {
            String others = tooLong.size() == 1 ? "" : "; %d more rows are too long".formatted(tooLong.size() - 1);
            throw origins.get(tooLong.getFirst())
                    .error("%d tokens, but the model takes %d here; shorten it or leave it out%s"
                            .formatted(rows.get(tooLong.getFirst()).length, longest, others));
        }
    }

    private static int[] join(int[]... parts) {
        return IntStream.range(0, parts.length)
                .flatMap(i -> IntStream.of(parts[i]))
                .toArray();
    }

    @Override
    public void close() {
        if (tokenizer != null) {
            tokenizer.close();
        }
    }
}
