package dev.rlhf.inference;

import dev.rlhf.base.InputException;
import dev.rlhf.data.GenerationRow;
import dev.rlhf.data.ScoringRow;
import dev.rlhf.data.ScoringRow.Content;
import dev.rlhf.model.ModelConfig;
import dev.rlhf.text.Chat;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.Message;
import dev.rlhf.text.SpecialTokens;
import dev.rlhf.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows to token ids, by the tokenizer of a checkpoint folder; a folder without one will do for rows that are token ids
 * already. Closed by whoever opened it.
 */
public final class RowTokens implements AutoCloseable {
    private final Checkpoint checkpoint;
    private final boolean raw;
    private final @Nullable Tokenizer tokenizer;
    private @Nullable ConversationFormat format;

    private RowTokens(Checkpoint checkpoint, boolean raw) {
        this.checkpoint = checkpoint;
        this.raw = raw;
        this.tokenizer = checkpoint.findTokenizer().orElse(null);
    }

    /**
     * Opens the tokenizer, if there is one.
     *
     * @param raw prompts and responses are taken as they are, without chat format
     */
    public static RowTokens open(Path folder, boolean raw) {
        return new RowTokens(Checkpoint.open(folder), raw);
    }

    /** The folder whose tokenizer this is. */
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    /**
     * A row's tokens.
     *
     * @param prompt how many of them are the prompt; 0 where the row does not tell it from the rest
     */
    public record Tokens(int[] ids, int prompt) {}

    /**
     * The tokens of all rows. @throws InputException with file and line if one cannot be encoded or does not fit the
     * model
     */
    public List<Tokens> of(List<ScoringRow> rows, ModelConfig config) {
        List<Tokens> all = new ArrayList<>();
        for (ScoringRow row : rows) {
            all.add(placed(row.origin()::error, () -> tokens(row)));
        }
        List<Function<String, InputException>> places =
                rows.stream().map(RowTokens::place).toList();
        check(places, all.stream().map(Tokens::ids).toList(), 0, config);
        return all;
    }

    /**
     * What is to be continued, up to where the model's words begin.
     *
     * @param more tokens that may follow
     * @throws InputException with file and line if one cannot be encoded, or does not fit the model with what may
     * follow
     */
    public List<int[]> prompts(List<GenerationRow> rows, int more, ModelConfig config) {
        List<int[]> all = new ArrayList<>();
        for (GenerationRow row : rows) {
            all.add(placed(row::error, () -> switch (row.content()) {
                case GenerationRow.Content.TokenIds(int[] ids) -> ids;
                case GenerationRow.Content.Conversation conversation -> prompt(conversation.chat());
            }));
        }
        List<Function<String, InputException>> places =
                rows.stream().map(RowTokens::place).toList();
        check(places, all, more, config);
        return all;
    }

    /**
     * A prompt and what was written after it, as a reward model reads it.
     *
     * @param ended whether the end of the answer is part of it
     */
    public int[] answered(Chat prompt, String answer, boolean ended) {
        ConversationFormat format = format();
        return format != null
                ? format.answered(prompt, answer, ended)
                : join(prompt(prompt), tokenizer("an answer").encodeContinuation(answer));
    }

    /** The tokens that end an answer: the chat format's, and those that the checkpoint names. */
    public Set<Integer> stopIds(GenerationDefaults defaults) {
        Set<Integer> ids = new HashSet<>(defaults.eosIds());
        ConversationFormat format = format();
        if (format != null) {
            ids.addAll(format.stopIds());
        } else if (tokenizer != null) {
            ids.addAll(tokenizer.eosIds());
            tokenizer.idOf(SpecialTokens.END_OF_TEXT).ifPresent(ids::add);
        }
        return ids;
    }

    /** The tokenizer, if the folder has one. */
    public Optional<Tokenizer> tokenizer() {
        return Optional.ofNullable(tokenizer);
    }

    private int[] prompt(Chat chat) {
        Tokenizer known = tokenizer("a prompt");
        ConversationFormat format = format();
        if (format != null) {
            return format.prompt(chat);
        }
        if (chat.messages().size() != 1
                || !chat.messages().getFirst().isPlain()
                || !chat.variables().isEmpty()) {
            throw new InputException("a model asked without a chat format takes one message of role and content");
        }
        return known.encodeText(chat.messages().getFirst().content(), true);
    }

    private Tokens tokens(ScoringRow row) {
        return switch (row.content()) {
            case Content.TokenIds(int[] ids) -> new Tokens(ids, 0);
            case Content.Text(String text) -> new Tokens(tokenizer("\"text\"").encodeText(text, true), 0);
            case Content.Exchange(String prompt, String response, boolean ended) -> exchange(prompt, response, ended);
        };
    }

    /**
     * In chat format as a model is trained on it: up to the token that ends the answer if it has ended, and nothing
     * behind.
     */
    private Tokens exchange(String prompt, String response, boolean ended) {
        tokenizer("\"prompt\" and \"response\"");
        Chat asked = Chat.of(List.of(Message.user(prompt)));
        return new Tokens(answered(asked, response, ended), prompt(asked).length);
    }

    /** How conversations are put to the model; null: as they are. */
    private @Nullable ConversationFormat format() {
        if (format == null && tokenizer != null && !raw) {
            format = ConversationFormat.find(tokenizer).orElse(null);
        }
        return format;
    }

    private Tokenizer tokenizer(String what) {
        if (tokenizer == null) {
            throw new InputException("%s needs a tokenizer, and %s has no tokenizer.json; give \"input_ids\""
                    .formatted(what, checkpoint.folder()));
        }
        return tokenizer;
    }

    /** Refuses what the model cannot take, the first such row by its place; nothing is cut unasked. */
    private static void check(
            List<Function<String, InputException>> places, List<int[]> rows, int more, ModelConfig config) {
        for (int i = 0; i < rows.size(); i++) {
            int[] ids = rows.get(i);
            if (ids.length == 0) {
                throw places.get(i).apply("no tokens");
            }
            int highest = IntStream.of(ids).max().orElseThrow();
            if (highest >= config.vocabSize()) {
                throw places.get(i)
                        .apply("token id %d, but the model has ids below %d".formatted(highest, config.vocabSize()));
            }
        }
        int limit = more == 0 ? config.maxPositions() : config.generatedPositions();
        int[] tooLong = IntStream.range(0, rows.size())
                .filter(i -> rows.get(i).length + more > limit)
                .toArray();
        if (tooLong.length > 0) {
            String follow = more == 0 ? "" : " and %d that may follow".formatted(more);
            String others = tooLong.length == 1 ? "" : "; too long are %d rows".formatted(tooLong.length);
            throw places.get(tooLong[0])
                    .apply("%d tokens%s, but the model has %d positions; shorten it or leave it out%s"
                            .formatted(rows.get(tooLong[0]).length, follow, limit, others));
        }
    }

    /** What cannot be encoded is the row's fault. */
    private static <T> T placed(Function<String, InputException> place, Supplier<T> work) {
        try {
            return work.get();
        } catch (InputException e) {
            throw place.apply(String.valueOf(e.getMessage()));
        }
    }

    private static Function<String, InputException> place(ScoringRow row) {
        return row.origin()::error;
    }

    private static Function<String, InputException> place(GenerationRow row) {
        return row::error;
    }

    private static int[] join(int[]... parts) {
        return IntStream.range(0, parts.length)
                .flatMap(i -> IntStream.of(parts[i]))
                .toArray();
    }

    @Override
    public void close() {
        checkpoint.close();
    }
}
