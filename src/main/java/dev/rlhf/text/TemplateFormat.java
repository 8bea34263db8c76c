package dev.rlhf.text;

import dev.rlhf.base.InputException;
import dev.rlhf.jinja.ChatTemplate;
import dev.rlhf.jinja.Rendering;
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
import org.jspecify.annotations.Nullable;

/**
 * Conversations as the checkpoint's own chat template writes them, with the ids that transformers'
 * {@code apply_chat_template(tokenize=True)} gives. Special tokens come from the template alone; what somebody typed is text.
 *
 * <p>What the assistant says is told by the template's {@code {% generation %}} blocks. Without them it is found by rendering: up to a
 * message of the assistant's with the generation prompt, up to and with the message, and all. Each must be the beginning of the next; what
 * the message added, up to the last special token in it, is what the assistant says. Where that does not hold (templates that strip the
 * reasoning of earlier turns, or show tools only before the last question) the row is refused: what the model would learn is not what it
 * sees when it speaks.
 *
 * <p>Immutable; threads may share it while the tokenizer is open.
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
     * The format of a checkpoint's template; empty if its folder has none.
     *
     * @throws InputException naming template, line and construct, if the template is wrong or needs what is not supported
     */
    static Optional<ConversationFormat> find(Tokenizer tokenizer) {
        return ChatTemplateFiles.find(tokenizer.folder(), tokenizer.config(), false)
                .map(plain -> new TemplateFormat(
                        tokenizer,
                        plain,
                        ChatTemplateFiles.find(tokenizer.folder(), tokenizer.config(), true)
                                .orElse(plain)));
    }

    /**
     * Where a message of the assistant's is, in a rendering.
     *
     * @param start where its words begin
     * @param words where they end
     * @param end behind the token that ends them
     */
    private record Turn(int message, int start, int words, int end) {}

    /** The turns that are told for certain, and what is wrong with the first that is not. */
    private record Turns(List<Turn> sure, @Nullable String problem) {}

    @Override
    public Encoded encode(Chat chat, Learnt learnt) {
        Rows rows = new Rows(chat);
        Rendering whole = rows.render(chat.messages().size(), false);
        Turns turns = turns(rows, whole);
        List<Turn> said = turns.sure();
        if (learnt == Learnt.ALL && turns.problem() != null) {
            throw new InputException(turns.problem());
        }
        if (learnt == Learnt.LAST) {
            said = List.of(last(rows, whole, turns));
        }
        return encoded(rows, whole, turns.sure(), said);
    }

    @Override
    public int[] prompt(Chat chat) {
        Rows rows = new Rows(chat);
        Rendering asked = rows.render(chat.messages().size(), true);
        return encoded(rows, asked, turns(rows, asked).sure(), List.of()).ids();
    }

    @Override
    public int[] answered(Chat prompt, String completion, boolean ended) {
        Chat chat = prompt.and(Message.assistant(completion));
        Rows rows = new Rows(chat);
        int count = prompt.messages().size();
        Rendering asked = rows.render(count, true);
        List<Turn> earlier = turns(rows, asked).sure();
        Rendering whole = rows.render(count + 1, false);
        List<Turn> turns = turns(rows, whole).sure();
        if (!turns.isEmpty() && turns.getLast().message() == count) {
            Turn turn = turns.getLast();
            String written = whole.text().substring(turn.start(), turn.words());
            if (whole.text().startsWith(asked.text())
                    && turn.start() == asked.text().length()
                    && written.strip().equals(rows.content(count).strip())) {
                Encoded encoded = encoded(rows, cut(whole, ended ? turn.end() : turn.words()), turns, List.of());
                boolean endless = ended && turn.end() == turn.words();
                return endless ? plus(encoded.ids(), endId()) : encoded.ids();
            }
        }
        // The template makes something else of it (an empty thought before it, say): the prompt, then the words as they
        // are.
        String text = asked.text() + rows.content(count);
        List<Turn> all = new ArrayList<>(earlier);
        all.add(new Turn(count, asked.text().length(), text.length(), text.length()));
        int[] ids = encoded(rows, new Rendering(text, false, List.of()), all, List.of())
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

    /** A conversation whose messages can be rendered up to any of them; what its strings spell is broken alike each time. */
    private final class Rows {
        private final Map<String, Object> variables = new LinkedHashMap<>();
        private final List<?> messages;
        private final @Nullable Character breaker;
        private final ChatTemplate chosen;
        private final List<Message> original;

        Rows(Chat chat) {
            original = chat.messages();
            Map<String, Object> typed = new LinkedHashMap<>(chat.variables());
            typed.put("messages", chat.messages().stream().map(Message::fields).toList());
            Broken broken = special.breakUp(typed, sources);
            breaker = broken.breaker();
            messages = (List<?>) Objects.requireNonNull(broken.value().remove("messages"));
            variables.put("tools", null);
            variables.put("documents", null);
            variables.putAll(constants);
            variables.putAll(broken.value());
            chosen = variables.get("tools") == null ? template : toolTemplate;
        }

        /** The first {@code count} messages. @throws InputException as the template has it */
        Rendering render(int count, boolean generationPrompt) {
            Map<String, Object> all = new LinkedHashMap<>(variables);
            all.put("messages", messages.subList(0, count));
            all.put("add_generation_prompt", generationPrompt);
            return chosen.render(all);
        }

        /** The words of a message as they stand in a rendering. */
        String content(int message) {
            return messages.get(message) instanceof Map<?, ?> map && map.get("content") instanceof String text
                    ? text
                    : "";
        }

        List<Message> original() {
            return original;
        }

        @Nullable
        Character breaker() {
            return breaker;
        }
    }

    private Turns turns(Rows rows, Rendering whole) {
        return whole.marked() ? marked(rows, whole) : byPrefix(rows, whole);
    }

    private Turns marked(Rows rows, Rendering whole) {
        List<Turn> turns = new ArrayList<>();
        List<Integer> messages = assistants(rows.original());
        boolean oneEach = messages.size() == whole.generated().size();
        for (Rendering.Span span : whole.generated()) {
            int message = oneEach ? messages.get(turns.size()) : -1;
            turns.add(turn(message, whole.text(), span.start(), span.end(), true));
        }
        return new Turns(turns, null);
    }

    private Turns byPrefix(Rows rows, Rendering whole) {
        List<Turn> sure = new ArrayList<>();
        String problem = null;
        for (int message : assistants(rows.original())) {
            String trouble = null;
            try {
                String asked = rows.render(message, true).text();
                String said = rows.render(message + 1, false).text();
                if (!said.startsWith(asked)) {
                    trouble = "its generation prompt is not how the answer begins";
                } else if (!whole.text().startsWith(said)) {
                    trouble = "it is written otherwise once more messages follow";
                } else {
                    sure.add(turn(message, whole.text(), asked.length(), said.length(), false));
                }
            } catch (InputException e) {
                trouble = "the conversation up to it cannot be rendered: " + e.getMessage();
            }
            if (trouble != null && problem == null) {
                problem =
                        ("message %d, the assistant's: %s, so the chat template does not tell its words from the rest;"
                                        + " train on the last answer alone (assistant_turns: last), or mark them with {%% generation %%}")
                                .formatted(message + 1, trouble);
            }
        }
        return new Turns(sure, problem);
    }

    private Turn turn(int message, String text, int start, int end, boolean marked) {
        int last = special.endOfLast(text, start, end);
        if (last < 0) {
            return new Turn(message, start, end, end);
        }
        String token = special.endingAt(text, last);
        int words = last - (token == null ? 0 : token.length());
        return new Turn(message, start, words, marked ? end : last);
    }

    private Turn last(Rows rows, Rendering whole, Turns turns) {
        int last = rows.original().size() - 1;
        if (turns.sure().isEmpty() || whole.marked()) {
            if (turns.sure().isEmpty()) {
                throw new InputException(
                        turns.problem() == null ? "the assistant says nothing in it" : turns.problem());
            }
            return turns.sure().getLast();
        }
        List<Integer> assistants = assistants(rows.original());
        Turn turn = turns.sure().getLast();
        if (assistants.isEmpty() || turn.message() != assistants.getLast()) {
            throw new InputException(
                    turns.problem() == null ? "message " + (last + 1) + " is not the assistant's" : turns.problem());
        }
        return turn;
    }

    private static List<Integer> assistants(List<Message> messages) {
        List<Integer> assistants = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i).byAssistant()) {
                assistants.add(i);
            }
        }
        return assistants;
    }

    /** The ids of a rendering; of its turns, those in {@code said} are what the assistant says. */
    private Encoded encoded(Rows rows, Rendering rendering, List<Turn> turns, List<Turn> said) {
        Marked marked = special.mark(rendering.text(), rows.breaker());
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

    /** The special token that ends an answer, if the template can be asked with a question and an answer. */
    private OptionalInt findEnd() {
        Rows rows = new Rows(Chat.of(List.of(Message.user("?"), Message.assistant("!"))));
        try {
            Rendering whole = rows.render(2, false);
            List<Turn> turns = turns(rows, whole).sure();
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
            return OptionalInt.empty(); // it wants something else, a system message say; then the tokenizer's end it is
        }
    }

    private static int[] plus(int[] ids, int id) {
        int[] more = Arrays.copyOf(ids, ids.length + 1);
        more[ids.length] = id;
        return more;
    }
}
