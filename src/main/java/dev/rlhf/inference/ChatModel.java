package dev.rlhf.inference;

import dev.rlhf.base.InputException;
import dev.rlhf.generate.Completion;
import dev.rlhf.generate.Generator;
import dev.rlhf.generate.Sampling;
import dev.rlhf.generate.TokenListener;
import dev.rlhf.model.CausalLm;
import dev.rlhf.text.Chat;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.Message;
import dev.rlhf.text.SpecialTokens;
import dev.rlhf.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A frozen language model that can be asked: weights, tokenizer, and how a conversation is put to it. Closed by whoever opened
 * it; one thread at a time.
 */
public final class ChatModel implements AutoCloseable {
    /** Stands for the prompt in a template; alone, it is the prompt as it is. */
    public static final String PROMPT = "{prompt}";

    private final Models session;
    private final Tokenizer tokenizer;
    private final CausalLm lm;
    private final @Nullable ConversationFormat format;
    private final String template;

    private ChatModel(
            Models session, Tokenizer tokenizer, CausalLm lm, @Nullable ConversationFormat format, String template) {
        this.session = session;
        this.tokenizer = tokenizer;
        this.lm = lm;
        this.format = format;
        this.template = template;
    }

    /** A model asked in the format it was taught to converse in. */
    public static ChatModel open(Models session, Path folder) {
        return open(session, folder, null);
    }

    /**
     * Opens a checkpoint or adapter folder.
     *
     * @param template text around {@link #PROMPT} for a model that was never taught to converse; null: its chat format, or the
     *     prompt as it is where the vocabulary has no token to end an answer with
     * @throws InputException if there is no such checkpoint, or its tokenizer does not fit its weights
     */
    public static ChatModel open(Models session, Path folder, @Nullable String template) {
        Checkpoint from = Checkpoint.open(folder);
        try {
            Tokenizer tokenizer = from.tokenizer();
            ConversationFormat format =
                    template == null ? ConversationFormat.find(tokenizer).orElse(null) : null;
            return new ChatModel(
                    session, tokenizer, session.frozen(from), format, template == null ? PROMPT : template);
        } catch (RuntimeException e) {
            from.close();
            throw e;
        }
    }

    public CausalLm lm() {
        return lm;
    }

    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** Whether it is asked in a chat format, so that its log-probabilities compare with another such model's. */
    public boolean converses() {
        return format != null;
    }

    /** The tokens it is to continue. @throws InputException if it does not converse and this is more than one message */
    public int[] prompt(Chat chat) {
        if (format != null) {
            return format.prompt(chat);
        }
        if (chat.messages().size() != 1
                || !chat.messages().getFirst().isPlain()
                || !chat.variables().isEmpty()) {
            throw new InputException("a model asked without a chat format takes one message of role and content");
        }
        int[] ids = tokenizer.encode(
                template.replace(PROMPT, chat.messages().getFirst().content()));
        return IntStream.concat(IntStream.of(tokenizer.prefixIds()), IntStream.of(ids))
                .toArray();
    }

    /** The same of messages alone. */
    public int[] prompt(List<Message> messages) {
        return prompt(Chat.of(messages));
    }

    /** What it wrote, special tokens left out. */
    public String text(Completion completion) {
        return tokenizer.decode(completion.visibleIds(), true);
    }

    public Sampling greedy(int maxNewTokens) {
        return Sampling.greedy(maxNewTokens, stopIds());
    }

    public Sampling sampling(double temperature, int topK, double topP, int maxNewTokens, long seed) {
        return new Sampling(temperature, topK, topP, maxNewTokens, stopIds(), seed);
    }

    /** One completion, token by token; all its draws are of {@code stream}. */
    public Completion stream(int[] prompt, long stream, Sampling sampling, TokenListener listener) {
        return new Generator(session.torch(), lm, 1)
                .generate(List.of(prompt), new long[] {stream}, sampling, done -> {}, listener)
                .getFirst();
    }

    /**
     * Completions by prompt, {@code each} of them a prompt. Completion k of prompt i draws from stream i · each + k, whatever
     * the batch size.
     */
    public List<List<Completion>> complete(
            List<int[]> prompts, int each, Sampling sampling, int batchSize, InterruptibleProgress watch) {
        List<int[]> rows = prompts.stream()
                .flatMap(prompt -> Collections.nCopies(each, prompt).stream())
                .toList();
        long[] streams = LongStream.range(0, rows.size()).toArray();
        List<Completion> all =
                new Generator(session.torch(), lm, batchSize).generate(rows, streams, sampling, watch::done);
        List<List<Completion>> byPrompt = new ArrayList<>();
        for (int at = 0; at < all.size(); at += each) {
            byPrompt.add(List.copyOf(all.subList(at, at + each)));
        }
        return byPrompt;
    }

    private Set<Integer> stopIds() {
        if (format != null) {
            return Models.stopIds(format, lm.config());
        }
        Set<Integer> ids = new HashSet<>(lm.config().eosIds());
        ids.addAll(tokenizer.eosIds());
        tokenizer.idOf(SpecialTokens.END_OF_TEXT).ifPresent(ids::add);
        return ids;
    }

    @Override
    public void close() {
        lm.close();
        tokenizer.close();
    }
}
