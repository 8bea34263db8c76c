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
     *
     * @throws InputException naming template and line if the template is wrong or needs an unsupported feature
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
        List<Turn> said = turns.certain();
        if (trained == TrainedTurns.ALL && turns.problem() != null) {
            throw new InputException(turns.problem());
        }
        if (trained == TrainedTurns.LAST) {
            said = List.of(turns.last(rendered, whole.marked()));
        }
        return encoded(rendered, whole, turns.certain(), said);
    }

    @Override
    public int[] prompt(Chat chat) {
        RenderableChat rendered = renderable(chat);
        Rendering asked = rendered.render(true);
        return encoded(rendered, asked, turns(rendered, asked).certain(), List.of())
                .ids();
    }

    @Override
    public int[] answered(Chat prompt, String completion, boolean ended) {
        Chat chat = prompt.and(Message.assistant(completion));
        RenderableChat rendered = renderable(chat);
        int count = prompt.messages().size();
        Rendering asked = rendered.render(count, true);
        List<Turn> earlier = turns(rendered, asked).certain();
        Rendering whole = rendered.render(count + 1, false);
        List<Turn> turns = turns(rendered, whole).certain();
        if (!turns.isEmpty() && turns.getLast().message() == count) {
            Turn turn = turns.getLast();
            String written = whole.text().substring(turn.start(), turn.words());
            if (whole.text().startsWith(asked.text())
                    && turn.start() == asked.text().length()
                    && written.strip().equals(rendered.content(count).strip())) {
                Encoded encoded = encoded(rendered, cut(whole, ended ? turn.end() : turn.words()), turns, List.of());
                boolean endless = ended && turn.end() == turn.words();
                return endless ? plus(encoded.ids(), endId()) : encoded.ids();
            }
        }
        // The template renders it differently (adds an empty thought, say): use the prompt, then the words unchanged.
        String text = asked.text() + rendered.content(count);
        List<Turn> all = new ArrayList<>(earlier);
        all.add(new Turn(count, asked.text().length(), text.length(), text.length()));
        int[] ids = encoded(rendered, new Rendering(text, false, List.of()), all, List.of())
                .ids();
        return ended ? plus(ids, endId()) : ids;
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

    /** Encodes a rendering; of its turns, those in {@code said} are marked as the assistant's. */
    private Encoded encoded(RenderableChat rendered, Rendering rendering, List<Turn> turns, List<Turn> said) {
        Marked marked = special.mark(rendering.text(), rendered.breaker());
        int length = rendering.text().length();
        int[] borders = turns.stream()
                .flatMapToInt(turn -> IntStream.of(turn.start(), turn.end()))
                .map(at -> marked.offsets()[Math.min(at, length)])
                .toArray();
        MarkedEncoder.Parts parts = encoder.encode(marked.text(), borders);
        boolean[] assistant = new boolean[parts.ids().length];
        for (int i = 0; i < turns.size(); i++) {
            if (said.contains(turns.get(i))) {
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
            List<Turn> turns = turns(rendered, whole).certain();
            String token = turns.isEmpty()
                            || turns.getLast().words() == turns.getLast().end()
                    ? null
                    : special.endingAt(
                            whole.text(),
                            special.endOfLast(
                                    whole.text(),
                                    turns.getLast().start(),
                                    turns.getLast().end()));
            return token == null ? OptionalInt.empty() : OptionalInt.of(special.id(token));
        } catch (InputException e) {
            return OptionalInt.empty(); // the template needs more, a system message say; the tokenizer's token is used
        }
    }

    private static int[] plus(int[] ids, int id) {
        int[] more = Arrays.copyOf(ids, ids.length + 1);
        more[ids.length] = id;
        return more;
    }
}
