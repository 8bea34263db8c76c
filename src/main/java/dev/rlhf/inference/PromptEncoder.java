package dev.rlhf.inference;

import dev.rlhf.base.InputException;
import dev.rlhf.data.GenerationRow;
import dev.rlhf.data.ScoringRow;
import dev.rlhf.data.ScoringRow.Content;
import dev.rlhf.model.ModelConfig;
import dev.rlhf.stage.StageContext;
import dev.rlhf.text.Chat;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.SpecialTokens;
import dev.rlhf.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Encodes prompts, answers and rows of files for the model of a checkpoint folder: in its chat format, as plain text,
 * or in a template. Rows of token ids need no tokenizer. Owns the checkpoint.
 */
public final class PromptEncoder implements AutoCloseable {
    /** Placeholder for the prompt in a template. */
    public static final String PROMPT = "{prompt}";

    private final Checkpoint checkpoint;
    private final boolean raw;
    private final @Nullable String template;
    private final @Nullable String system;
    private final @Nullable Tokenizer tokenizer;
    private @Nullable ConversationFormat format;
    private boolean formatSearched;

    private PromptEncoder(Checkpoint checkpoint, boolean raw, @Nullable String template, @Nullable String system) {
        this.checkpoint = checkpoint;
        this.raw = raw;
        this.template = template;
        this.system = system;
        this.tokenizer = checkpoint.findTokenizer().orElse(null);
    }

    /**
     * Opens the tokenizer of a folder, if it has one. Without a chat format, prompts are encoded as transformers'
     * {@code tokenizer(text)} does: special tokens typed in a prompt become their ids.
     * @param raw whether to ignore the chat format
     */
    public static PromptEncoder open(Path folder, boolean raw) {
        return new PromptEncoder(Checkpoint.open(folder), raw, null, null);
    }

    /** Opens the tokenizer of a folder for conversations, with a system message added to those without one. */
    static PromptEncoder openConversations(Path folder, @Nullable String system) {
        return new PromptEncoder(Checkpoint.open(folder), false, null, system);
    }

    /**
     * Opens the tokenizer of a folder for prompts that are put into a template. Special tokens typed in a prompt are
     * text.
     * @param template text around {@link #PROMPT}; null: the chat format, or the bare prompt if the vocabulary has no
     *     token that ends an answer
     * @param system system message added to conversations without one; null: none. Not used in a template
     * @throws InputException if the folder has no tokenizer, its chat template is wrong, or its chat format has no
     *     system messages
     */
    static PromptEncoder openTemplate(Path folder, @Nullable String template, @Nullable String system) {
        Checkpoint checkpoint = Checkpoint.open(folder);
        try {
            checkpoint.tokenizer();
            PromptEncoder encoder =
                    new PromptEncoder(checkpoint, template != null, template == null ? PROMPT : template, system);
            if (encoder.format() == null && template == null && system != null) {
                throw InputException.at(folder, "system: a model without a chat format cannot read a system message");
            }
            return encoder;
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    /** Returns the checkpoint whose tokenizer is used. */
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    /** Returns the tokenizer, if the folder has one. */
    public Optional<Tokenizer> tokenizer() {
        return Optional.ofNullable(tokenizer);
    }

    /** Returns whether prompts are encoded in a chat format. */
    public boolean hasChatFormat() {
        return format() != null;
    }

    /**
     * Encodes a conversation up to the beginning of the model's answer.
     *
     * @throws InputException if there is no chat format and the conversation is more than one plain message
     */
    public int[] prompt(Chat chat) {
        Tokenizer known = tokenizer("a prompt");
        ConversationFormat format = format();
        if (format != null) {
            return format.prompt(chat);
        }
        if (chat.messages().size() != 1
                || !chat.messages().getFirst().isPlain()
                || !chat.variables().isEmpty()) {
            throw new InputException("without a chat format, a prompt must be one message of role and content");
        }
        String text = chat.messages().getFirst().content();
        return template == null
                ? known.encodeText(text, true)
                : join(known.prefixIds(), known.encode(template.replace(PROMPT, text)));
    }

    /**
     * Encodes a prompt and its answer, as a reward model reads them.
     *
     * @param ended whether the token that ends an answer follows
     */
    public int[] answered(Chat prompt, String answer, boolean ended) {
        ConversationFormat format = format();
        return format != null
                ? format.answered(prompt, answer, ended)
                : join(prompt(prompt), tokenizer("an answer").encodeContinuation(answer));
    }

    /**
     * Returns the tokens that end an answer: those of the chat format, otherwise of the tokenizer, and the
     * checkpoint's.
     * @param eosIds the end-of-sequence tokens in the checkpoint's config
     */
    public Set<Integer> stopIds(Collection<Integer> eosIds) {
        ConversationFormat format = format();
        if (format != null) {
            return stopIds(format, eosIds);
        }
        Set<Integer> ids = new HashSet<>(eosIds);
        if (tokenizer != null) {
            ids.addAll(tokenizer.eosIds());
            tokenizer.idOf(SpecialTokens.END_OF_TEXT).ifPresent(ids::add);
        }
        return ids;
    }

    /**
     * Returns the tokens that end an answer in a chat format, and the end-of-sequence tokens that the checkpoint names.
     */
    public static Set<Integer> stopIds(ConversationFormat format, Collection<Integer> eosIds) {
        Set<Integer> ids = new HashSet<>(eosIds);
        ids.addAll(format.stopIds());
        return ids;
    }

    /**
     * The tokens of a row.
     *
     * @param prompt number of prompt tokens at the start; 0 if the row does not separate a prompt
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Tokens(int[] ids, int prompt) {}

    /**
     * Encodes rows to be scored.
     *
     * @throws InputException with file and line if a row cannot be encoded or does not fit the model
     */
    public List<Tokens> sequences(List<ScoringRow> rows, ModelConfig config, StageContext context) {
        List<Tokens> all = encode(rows, row -> placed(row.origin()::error, () -> tokens(row)), context);
        List<Function<String, InputException>> places = new ArrayList<>();
        rows.forEach(row -> places.add(row.origin()::error));
        check(places, all.stream().map(Tokens::ids).toList(), 0, config);
        return all;
    }

    /**
     * Encodes rows to be continued, up to the beginning of the model's answer.
     *
     * @param more tokens that may follow a prompt
     * @throws InputException with file and line if a row cannot be encoded, or does not fit the model with {@code more}
     *     tokens
     */
    public List<int[]> prompts(List<GenerationRow> rows, int more, ModelConfig config, StageContext context) {
        List<int[]> all = encode(
                rows,
                row -> placed(row::error, () -> switch (row.content()) {
                    case GenerationRow.Content.TokenIds(int[] ids) -> ids;
                    case GenerationRow.Content.Conversation conversation -> prompt(conversation.chat());
                }),
                context);
        List<Function<String, InputException>> places = new ArrayList<>();
        rows.forEach(row -> places.add(row::error));
        check(places, all, more, config);
        return all;
    }

    private <T, R> List<R> encode(List<T> rows, Function<T, R> encode, StageContext context) {
        try (LoadingProgress progress = LoadingProgress.ofRows(context, rows.size())) {
            return progress.map(rows, encode);
        }
    }

    private Tokens tokens(ScoringRow row) {
        return switch (row.content()) {
            case Content.TokenIds(int[] ids) -> new Tokens(ids, 0);
            case Content.Text(String text) -> new Tokens(tokenizer("\"text\"").encodeText(text, true), 0);
            case Content.Exchange(Chat prompt, String response, boolean ended) -> exchange(prompt, response, ended);
        };
    }

    /** Encodes as in training: in the chat format, with the token that ends the answer if it has ended. */
    private Tokens exchange(Chat prompt, String response, boolean ended) {
        tokenizer("a conversation");
        return new Tokens(answered(prompt, response, ended), prompt(prompt).length);
    }

    /** Returns the chat format, which is looked for at the first call; null if there is none, or it is ignored. */
    private synchronized @Nullable ConversationFormat format() {
        if (!formatSearched && tokenizer != null && !raw) {
            format = ConversationFormat.find(tokenizer)
                    .map(found -> found.withSystem(system))
                    .orElse(null);
            formatSearched = true;
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

    /**
     * Refuses the first row that is too long for the model or has an unknown id; nothing is truncated.
     *
     * @param places makes the errors about each row
     * @param more tokens that may follow a row
     */
    static void check(List<Function<String, InputException>> places, List<int[]> rows, int more, ModelConfig config) {
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
            String others = tooLong.length == 1 ? "" : "; %d rows are too long".formatted(tooLong.length);
            throw places.get(tooLong[0])
                    .apply("%d tokens%s, but the model has %d positions; shorten it or leave it out%s"
                            .formatted(rows.get(tooLong[0]).length, follow, limit, others));
        }
    }

    /** Adds a row's file and line to the message if it cannot be encoded. */
    private static <T> T placed(Function<String, InputException> place, Supplier<T> work) {
        try {
            return work.get();
        } catch (InputException e) {
            throw place.apply(String.valueOf(e.getMessage()));
        }
    }

    private static int[] join(int[] first, int[] second) {
        return IntStream.concat(IntStream.of(first), IntStream.of(second)).toArray();
    }

    @Override
    public void close() {
        checkpoint.close();
    }
}
