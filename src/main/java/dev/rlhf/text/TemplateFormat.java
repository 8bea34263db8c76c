package dev.rlhf.text;

import dev.rlhf.base.InputException;
import dev.rlhf.jinja.ChatTemplate;
import dev.rlhf.jinja.Rendering;
import dev.rlhf.text.AssistantTurns.Turn;
import dev.rlhf.text.SpecialText.Broken;
import dev.rlhf.text.SpecialText.Marked;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Formats conversations with the checkpoint's chat template. The ids are those of transformers'
 * {@code apply_chat_template(tokenize=True)}, except that special tokens come only from the template; text typed by a
 * user stays text.
 *
 * <p>The template's {@code {% generation %}} blocks mark the assistant's text. Without them it is found by rendering
 * three times: up to an assistant message with the generation prompt, up to and including the message, and the whole.
 * Each rendering must be a prefix of the next; the assistant's text is what the message added, up to its last special
 * token. If that does not hold (some templates strip the reasoning of earlier turns, or show tools only before the last
 * question), the row is rejected, because training would show the model another context than generation.
 *
 * <p>Immutable and thread-safe while the tokenizer is open.
 */
public final class TemplateFormat implements ConversationFormat {
    private final Tokenizer tokenizer;
    private final SpecialText special;
    private final MarkedEncoder encoder;
    private final Map<String, Object> constants;
    private final ChatTemplate template;
    private final ChatTemplate toolTemplate;
    private final String sources;
    private final OptionalInt end;

    private TemplateFormat(Tokenizer tokenizer, ChatTemplateFiles.Source plain, ChatTemplateFiles.Source withTools) {
        this.tokenizer = tokenizer;
        this.special = new SpecialText(tokenizer.specials());
        this.encoder = new MarkedEncoder(tokenizer);
        this.constants = tokenizer.config().templateVariables();
        this.template = ChatTemplate.parse(plain.name(), plain.text());
        this.toolTemplate = withTools.equals(plain) ? template : ChatTemplate.parse(withTools.name(), withTools.text());
        this.sources = plain.text() + withTools.text();
        this.end = findEnd();
    }

    /**
     * Returns the format of a checkpoint's template; empty if its folder has none.
     * @throws InputException with template and line if the template is wrong or needs an unsupported feature
     */
    static Optional<ConversationFormat> find(Tokenizer tokenizer) {
        return ChatTemplateFiles.find(tokenizer.folder(), tokenizer.config(), false)
                .map(plain -> new TemplateFormat(
                        tokenizer,
                        plain,
                        ChatTemplateFiles.find(tokenizer.folder(), tokenizer.config(), true)
                                .orElse(plain)));
    }

    @Override
    public Encoded encode(Chat chat, TrainedTurns trained) {
        RenderableChat rendered = renderable(chat);
        Rendering whole = rendered.render(false);
        AssistantTurns turns = turns(rendered, whole);
        List<Turn> trainedTurns = turns.found();
        if (trained == TrainedTurns.ALL && turns.problem() != null) {
            throw new InputException(turns.problem());
        }
        if (trained == TrainedTurns.LAST) {
            trainedTurns = List.of(turns.last(rendered, whole.marked()));
        }
        return encoded(rendered, whole, turns.found(), trainedTurns);
    }

    @Override
    public int[] prompt(Chat chat) {
        RenderableChat rendered = renderable(chat);
        Rendering promptOnly = rendered.render(true);
        return encoded(rendered, promptOnly, turns(rendered, promptOnly).found(), List.of())
                .ids();
    }

    @Override
    public int[] answered(Chat prompt, String completion, boolean ended) {
        Chat chat = prompt.and(Message.assistant(completion));
        RenderableChat rendered = renderable(chat);
        int count = prompt.messages().size();
        Rendering promptOnly = rendered.render(count, true);
        List<Turn> earlier = turns(rendered, promptOnly).found();
        Rendering whole = rendered.render(count + 1, false);
        List<Turn> turns = turns(rendered, whole).found();
        if (!turns.isEmpty() && turns.getLast().message() == count) {
            Turn turn = turns.getLast();
            String answer = whole.text().substring(turn.start(), turn.answerEnd());
            if (whole.text().startsWith(promptOnly.text())
                    && turn.start() == promptOnly.text().length()
                    && answer.strip().equals(rendered.content(count).strip())) {
                Encoded encoded =
                        encoded(rendered, cut(whole, ended ? turn.end() : turn.answerEnd()), turns, List.of());
                boolean withoutEnd = ended && turn.end() == turn.answerEnd();
                return withoutEnd ? append(encoded.ids(), endId()) : encoded.ids();
            }
        }
        // The template changes the answer (adds an empty thought, for example): append the unchanged answer to the
        // prompt.
        String text = promptOnly.text() + rendered.content(count);
        List<Turn> all = new ArrayList<>(earlier);
        all.add(new Turn(count, promptOnly.text().length(), text.length(), text.length()));
        int[] ids = encoded(rendered, new Rendering(text, false, List.of()), all, List.of())
                .ids();
        return ended ? append(ids, endId()) : ids;
    }

    @Override
    public int endId() {
        return end.orElseGet(tokenizer::eosId);
    }

    @Override
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    private RenderableChat renderable(Chat chat) {
        Map<String, Object> typed = new LinkedHashMap<>(chat.variables());
        typed.put("messages", chat.messages().stream().map(Message::fields).toList());
        Broken broken = special.breakUp(typed, sources);
        List<?> messages = (List<?>) Objects.requireNonNull(broken.value().remove("messages"));
        Map<String, Object> variables = new LinkedHashMap<>();
        variables.put("tools", null);
        variables.put("documents", null);
        variables.putAll(constants);
        variables.putAll(broken.value());
        ChatTemplate chosen = variables.get("tools") == null ? template : toolTemplate;
        return new RenderableChat(chosen, chat.messages(), messages, variables, broken.breaker());
    }

    private AssistantTurns turns(RenderableChat chat, Rendering whole) {
        return AssistantTurns.find(chat, whole, special);
    }

    /** Encodes a rendering, and marks the tokens of the turns in {@code trainedTurns}. */
    private Encoded encoded(RenderableChat rendered, Rendering rendering, List<Turn> turns, List<Turn> trainedTurns) {
        Marked marked = special.mark(rendering.text(), rendered.breaker());
        int length = rendering.text().length();
        int[] borders = turns.stream()
                .flatMapToInt(turn -> IntStream.of(turn.start(), turn.end()))
                .map(at -> marked.offsets()[Math.min(at, length)])
                .toArray();
        MarkedEncoder.Parts parts = encoder.encode(marked.text(), borders);
        boolean[] assistant = new boolean[parts.ids().length];
        for (int i = 0; i < turns.size(); i++) {
            if (trainedTurns.contains(turns.get(i))) {
                Arrays.fill(assistant, parts.before()[2 * i], parts.before()[2 * i + 1], true);
            }
        }
        return new Encoded(parts.ids(), assistant);
    }

    private static Rendering cut(Rendering rendering, int end) {
        return new Rendering(rendering.text().substring(0, end), rendering.marked(), List.of());
    }

    /** Returns the special token that ends an answer, if the template can render a question and an answer. */
    private OptionalInt findEnd() {
        RenderableChat rendered = renderable(Chat.of(List.of(Message.user("?"), Message.assistant("!"))));
        try {
            Rendering whole = rendered.render(2, false);
            List<Turn> turns = turns(rendered, whole).found();
            String token = turns.isEmpty()
                            || turns.getLast().answerEnd() == turns.getLast().end()
                    ? null
                    : special.endingAt(
                            whole.text(),
                            special.endOfLast(
                                    whole.text(),
                                    turns.getLast().start(),
                                    turns.getLast().end()));
            return token == null ? OptionalInt.empty() : OptionalInt.of(special.id(token));
        } catch (InputException e) {
            return OptionalInt
                    .empty(); // the template needs more, such as a system message; the tokenizer's token is used
        }
    }

    private static int[] append(int[] ids, int id) {
        int[] more = Arrays.copyOf(ids, ids.length + 1);
        more[ids.length] = id;
        return more;
    }
}
