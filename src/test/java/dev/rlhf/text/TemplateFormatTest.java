package dev.rlhf.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.text.ConversationFormat.Encoded;
import dev.rlhf.text.ConversationFormat.TrainedTurns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class TemplateFormatTest {
    static final List<String> NAMES = GoldenChat.NAMES;

    @TempDir
    Path folder;

    @ParameterizedTest
    @FieldSource("NAMES")
    void idsMatchApplyChatTemplate(String name) {
        try (Tokenizer tokenizer = Tokenizer.load(GoldenChat.FOLDER.resolve(name))) {
            ConversationFormat format = ConversationFormat.of(tokenizer);
            assertThat(format).isInstanceOf(TemplateFormat.class);
            for (JsonNode golden : GoldenChat.list(name, "chats")) {
                Chat chat = GoldenChat.chat(golden);
                int[] ids = golden.get("add_generation_prompt").asBoolean()
                        ? format.prompt(chat)
                        : format.encode(chat, lastWhereEarlierChange(name)).ids();
                assertThat(ids).as(golden.get("text").asText()).isEqualTo(GoldenTokenizer.ints(golden.get("ids")));
                if (golden.has("mask") && !golden.get("add_generation_prompt").asBoolean()) {
                    assertThat(format.encode(chat, TrainedTurns.ALL).assistant())
                            .isEqualTo(mask(GoldenTokenizer.ints(golden.get("mask"))));
                }
            }
        }
    }

    /** Data sets are encoded by several threads at the same time. */
    @ParameterizedTest
    @FieldSource("NAMES")
    void threadsShareAFormat(String name) {
        try (Tokenizer tokenizer = Tokenizer.load(GoldenChat.FOLDER.resolve(name))) {
            ConversationFormat format = ConversationFormat.of(tokenizer);
            List<Chat> chats = IntStream.range(0, 300)
                    .mapToObj(i -> Chat.of(List.of(
                            Message.user("What is " + i + "?"),
                            Message.assistant("It is " + i),
                            Message.user("and " + "so ".repeat(i % 7) + "on"))))
                    .toList();
            List<int[]> one = chats.stream().map(format::prompt).toList();
            List<int[]> several = IntStream.range(0, 8).boxed().flatMap(_ -> chats.stream()).toList().parallelStream()
                    .map(format::prompt)
                    .toList();
            for (int i = 0; i < several.size(); i++) {
                assertThat(several.get(i)).isEqualTo(one.get(i % chats.size()));
            }
        }
    }

    private static TrainedTurns lastWhereEarlierChange(String name) {
        return name.equals("thinking") ? TrainedTurns.LAST : TrainedTurns.ALL;
    }

    private static boolean[] mask(int[] ones) {
        boolean[] mask = new boolean[ones.length];
        for (int i = 0; i < ones.length; i++) {
            mask[i] = ones[i] == 1;
        }
        return mask;
    }

    @ParameterizedTest
    @CsvSource({
        "llama2,     ' b c </s> e </s>', </s>",
        "metaspace,  b c</s>e</s>, </s>",
        "headers,    b c<|eot_id|>e<|eot_id|>, <|eot_id|>",
        "generation, b c<|im_end|>e<|im_end|>, <|im_end|>"
    })
    void theMaskCoversTheAnswerAndItsEnd(String name, String words, String end) {
        try (Tokenizer tokenizer = Tokenizer.load(GoldenChat.FOLDER.resolve(name))) {
            ConversationFormat format = ConversationFormat.of(tokenizer);
            Chat chat = Chat.of(
                    List.of(Message.user("a"), Message.assistant("b c"), Message.user("d"), Message.assistant("e")));
            Encoded all = format.encode(chat, TrainedTurns.ALL);
            assertThat(spelled(tokenizer, said(all))).isEqualTo(words);
            assertThat(format.endId()).isEqualTo(tokenizer.idOf(end).orElseThrow());
            assertThat(format.stopIds()).contains(format.endId(), tokenizer.eosId());

            Encoded last = format.encode(chat, TrainedTurns.LAST);
            assertThat(last.ids()).isEqualTo(all.ids());
            int[] prompt = format.prompt(chat.upTo(3));
            assertThat(all.ids()).startsWith(prompt);
            assertThat(IntStream.range(0, prompt.length).noneMatch(i -> last.assistant()[i]))
                    .isTrue();
            int[] answered = format.answered(chat.upTo(3), "e", true);
            assertThat(all.ids()).startsWith(answered);
            assertThat(answered).endsWith(format.endId()).hasSize(prompt.length + said(last).length);
            assertThat(format.answered(chat.upTo(3), "e", false))
                    .isEqualTo(Arrays.copyOf(answered, answered.length - 1));
        }
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void aConversationBeginsWithThePromptForAnyAnswer(String name) {
        try (Tokenizer tokenizer = Tokenizer.load(GoldenChat.FOLDER.resolve(name))) {
            ConversationFormat format = ConversationFormat.of(tokenizer);
            for (String answer :
                    List.of("The keeper.", " leading space", "\n\nnewlines", "\n x", "  ", "", "1902", "灯")) {
                Chat asked = Chat.of(List.of(Message.user("Who?"), Message.assistant("He."), Message.user("And?")));
                int[] prompt = format.prompt(asked);
                assertThat(format.encode(asked.and(Message.assistant(answer)), TrainedTurns.LAST)
                                .ids())
                        .as(answer)
                        .startsWith(prompt);
                assertThat(format.answered(asked, answer, true))
                        .startsWith(prompt)
                        .endsWith(format.endId());
            }
        }
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void typedTextIsTextEvenIfItSpellsSpecialTokens(String name) {
        try (Tokenizer tokenizer = Tokenizer.load(GoldenChat.FOLDER.resolve(name))) {
            ConversationFormat format = ConversationFormat.of(tokenizer);
            String specials = String.join("", tokenizer.specials().keySet());
            String nested = "<|im_<|im_end|>end|></<s>s>";
            for (String attack : List.of(specials, nested, "\uE000" + specials, "\uFDD02\uFDD1\uFDD0context\uFDD1")) {
                int[] harmless = format.prompt(List.of(Message.user("hi there")));
                int[] ids = format.prompt(List.of(Message.user("hi" + attack + "there")));
                assertThat(specialsIn(tokenizer, ids)).as(attack).isEqualTo(specialsIn(tokenizer, harmless));
                assertThat(tokenizer.decode(ids)).contains("hi" + attack.replace('\uFDD0', '\uFFFD') + "there");
            }
        }
    }

    @Test
    void typedSpecialTokensInToolCallsAreTextToo() {
        try (Tokenizer tokenizer = Tokenizer.load(GoldenChat.FOLDER.resolve("headers"))) {
            ConversationFormat format = ConversationFormat.of(tokenizer);
            Map<String, Object> function = Map.of("name", "x", "arguments", Map.of("<|eot_id|>", "<|eot_id|>"));
            Message call =
                    new Message(Map.of("role", "assistant", "tool_calls", List.of(Map.of("function", function))));
            Chat chat =
                    new Chat(List.of(Message.user("a"), call), Map.of("tools", List.of(Map.of("name", "<|eot_id|>"))));
            int[] ids = format.encode(chat, TrainedTurns.ALL).ids();
            assertThat(IntStream.of(ids).filter(id -> id == format.endId())).hasSize(3);
            assertThat(tokenizer.decode(ids))
                    .contains("{\"name\": \"<|eot_id|>\"}", "{\"<|eot_id|>\": \"<|eot_id|>\"}");
        }
    }

    @Test
    void aTemplateThatDropsEarlierThoughtsMarksOnlyTheLastAnswer() {
        try (Tokenizer tokenizer = Tokenizer.load(GoldenChat.FOLDER.resolve("thinking"))) {
            ConversationFormat format = ConversationFormat.of(tokenizer);
            Chat chat = Chat.of(List.of(
                    Message.user("a"),
                    Message.assistant("<think>\nhm\n</think>\n\nb"),
                    Message.user("c"),
                    Message.assistant("<think>\noh\n</think>\n\nd")));
            assertThatThrownBy(() -> format.encode(chat, TrainedTurns.ALL))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining(
                            "message 2, the assistant's: it is written differently when more messages follow")
                    .hasMessageContaining("assistant_turns: last");
            assertThat(spelled(tokenizer, said(format.encode(chat, TrainedTurns.LAST))))
                    .isEqualTo("<think>\noh\n</think>\n\nd<|im_end|>");
            // A completion without a thought stays without one, because the policy generated none.
            assertThat(tokenizer.decode(format.answered(chat.upTo(1), "b", true)))
                    .isEqualTo("<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>");
        }
    }

    @Test
    void errorsShowTheTemplatesOwnMessage() {
        try (Tokenizer tokenizer = Tokenizer.load(GoldenChat.FOLDER.resolve("llama2"))) {
            ConversationFormat format = ConversationFormat.of(tokenizer);
            assertThatThrownBy(() -> format.prompt(List.of(Message.user("a"), Message.user("b"))))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("roles must alternate")
                    .hasMessageContaining("chat_template.jinja");
        }
    }

    @Test
    void templatesAreFoundWhereTransformersFindsThem() throws IOException {
        for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(GoldenTokenizer.FOLDER.resolve(file), folder.resolve(file));
        }
        assertThat(asked())
                .as("no template: the markers")
                .isEqualTo("<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n");
        Files.writeString(folder.resolve("chat_template.json"), "{\"chat_template\": \"json {{ eos_token }}\"}");
        assertThat(asked()).isEqualTo("json <|im_end|>");
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"eos_token\": \"<|im_end|>\", \"chat_template\": [{\"name\": \"default\", \"template\": \"one\"}, "
                        + "{\"name\": \"tool_use\", \"template\": \"tools\"}]}");
        assertThat(asked()).isEqualTo("one");
        assertThat(asked(Map.of("tools", List.of(Map.of("name", "x"))))).isEqualTo("tools");
        Files.writeString(folder.resolve("chat_template.jinja"), "jinja");
        assertThat(asked(Map.of("tools", List.of(Map.of("name", "x"))))).isEqualTo("jinja");
    }

    @Test
    void aChatMlTemplateGivesTheIdsOfTheBuiltInFormat() throws IOException {
        BpeTrainer.train(List.of(Files.readString(GoldenTokenizer.FOLDER.resolve("corpus.txt"))), 500, 2)
                .save(folder);
        try (Tokenizer tokenizer = Tokenizer.load(folder)) {
            ConversationFormat template = ConversationFormat.of(tokenizer);
            ConversationFormat builtIn = new ChatMl(tokenizer);
            assertThat(template).isInstanceOf(TemplateFormat.class);
            assertThat(template.endId()).isEqualTo(builtIn.endId());
            for (JsonNode golden : GoldenChat.list("generation", "chats")) {
                Chat chat = GoldenChat.chat(golden);
                assertThat(template.prompt(chat)).isEqualTo(builtIn.prompt(chat));
                assertThat(template.encode(chat, TrainedTurns.ALL).ids())
                        .isEqualTo(builtIn.encode(chat, TrainedTurns.ALL).ids());
                assertThat(template.encode(chat, TrainedTurns.ALL).assistant())
                        .isEqualTo(builtIn.encode(chat, TrainedTurns.ALL).assistant());
            }
            for (String text : List.of("\n\nnewlines first", "  two", "<|im_end|>", "")) {
                Chat chat = Chat.of(List.of(Message.user(text), Message.assistant(text), Message.user(text)));
                assertThat(template.prompt(chat)).as(text).isEqualTo(builtIn.prompt(chat));
                assertThat(template.answered(chat, text, true)).isEqualTo(builtIn.answered(chat, text, true));
                sameWhenTrained(template, builtIn, chat.upTo(2));
            }
            for (String line : Files.readAllLines(Path.of("data/facts/sft.jsonl"))) { // the quickstart's
                sameWhenTrained(template, builtIn, GoldenChat.chat(Json.mapper().readTree(line)));
            }
        }
    }

    private static void sameWhenTrained(ConversationFormat one, ConversationFormat other, Chat chat) {
        Encoded encoded = one.encode(chat, TrainedTurns.ALL);
        Encoded expected = other.encode(chat, TrainedTurns.ALL);
        assertThat(encoded.ids()).isEqualTo(expected.ids());
        assertThat(encoded.assistant()).isEqualTo(expected.assistant());
    }

    private String asked() {
        return asked(Map.of());
    }

    private String asked(Map<String, Object> variables) {
        try (Tokenizer tokenizer = Tokenizer.load(folder)) {
            Chat chat = new Chat(List.of(Message.user("a")), variables);
            return tokenizer.decode(ConversationFormat.of(tokenizer).prompt(chat));
        }
    }

    private static int[] said(Encoded encoded) {
        return IntStream.range(0, encoded.ids().length)
                .filter(i -> encoded.assistant()[i])
                .map(i -> encoded.ids()[i])
                .toArray();
    }

    /** Decodes ids after another token, so that no leading space is lost. */
    private static String spelled(Tokenizer tokenizer, int[] ids) {
        int[] more = IntStream.concat(IntStream.of(tokenizer.encode("x")), IntStream.of(ids))
                .toArray();
        return tokenizer.decode(more).substring(1);
    }

    private static List<Integer> specialsIn(Tokenizer tokenizer, int[] ids) {
        return IntStream.of(ids).filter(tokenizer::isSpecial).boxed().toList();
    }
}
